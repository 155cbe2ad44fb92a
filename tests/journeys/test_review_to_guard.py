"""A campaign from its draft to the last delivery: reviewed by name, tried on a few, and guarded.

Four people have a part in it, each in a browser of their own, and a provider that reports.
"""

import re
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from tests.browser.chromium import DESKTOP, PATIENCE, Complaints
from tests.fakes.providers.apis import APIS, mailer_url
from tests.fakes.providers.fake import Mail, Provider, running
from tests.fakes.webhooks import SECRET, report
from tests.journeys.conftest import demo
from tests.journeys.running import RunningInstallation
from tests.journeys.test_whole_chain import press_in_mail, read_mail_in_inbox
from tests.staff_members import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.browser]

NAME = "Two new guides"
STAFF = {
    "wanda": ("Wanda Okoye", "Author"),
    "rafael": ("Rafael Ortiz", "Reviewer"),
    "ines": ("Inês Duarte", "Reviewer"),
    "petra": ("Petra Novak", "Publisher"),
}
"""Username → name and role."""
MAKE_STAFF = f"""
from staff.accounts.names import parts_of
from staff.roles import ROLES
from tests.staff_members import staff_member
for username, (name, role) in {STAFF!r}.items():
    account = staff_member(username, ROLES[role])
    account.first_name, account.last_name = parts_of(name)
    account.save()
"""
CANARY = 20
COMPLAINED = (
    "Paused automatically: 3 of 20 recipients reported this email as spam. Check who is in the "
    "audience before you resume. The limit is 0.1 %."
)
PAUSES = """
    SELECT COUNT(*) FROM newsletter_inboxmessage WHERE recipient = ?
    AND subject LIKE 'Sending paused%'
"""
DELIVERIES = """
    SELECT s.email, d.status FROM campaigns_delivery d JOIN subscribers_subscriber s
        ON s.id = d.subscriber_id WHERE d.campaign_id = ?
"""
DONE = {
    f"campaign.{action}"
    for action in ("submitted", "returned", "approved", "launched", "paused", "resumed")
}
TOLD = """
    SELECT action, actor_name FROM newsletter_auditentry WHERE object_label = ? ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Sending:
    """An installation, and the provider by which its campaigns leave."""

    installation: RunningInstallation
    provider: Provider

    def report(self, case: str, mails: list[Mail]) -> None:
        """Have the provider report the same of each message, as Postmark does: one by one."""
        for mail in mails:
            said = report("postmark", case, ref=mail.ref, recipient=mail.to, message_id=mail.id)
            request = urllib.request.Request(
                f"{self.installation.url}/webhooks/postmark/?secret={SECRET}",
                data=said.body,
                headers={"Content-Type": "application/json", **said.headers},
            )
            with urllib.request.urlopen(request, timeout=30) as answer:
                assert answer.status == 204

    def count(self, campaign_id: int, status: str) -> int:
        query = "SELECT COUNT(*) FROM campaigns_delivery WHERE campaign_id = ? AND status = ?"
        return int(self.installation.rows(query, campaign_id, status)[0][0])


@pytest.fixture
def sending(tmp_path: Path, migrated_tables: Path, worker_id: str) -> Iterator[Sending]:
    """Campaigns leave slowly enough here to be stopped midway; single messages lie in the inbox."""
    with running(Provider(APIS["postmark"])) as provider:
        mailer = f"{mailer_url('postmark', provider.url)}&rate=15/s"
        with demo(
            tmp_path / "var",
            worker_id,
            tables=migrated_tables,
            settings="tests.journeys.quick_clock",
            mailer=mailer,
            WEBHOOK_SECRET=SECRET,
        ) as installation:
            installation.manage("shell", "-v", "0", "-c", MAKE_STAFF)
            yield Sending(installation, provider)


@pytest.fixture
def people(
    chromium: Browser, complaints: Complaints, sending: Sending
) -> Iterator[Mapping[str, Page]]:
    """The tabs of all staff, each signed in, by username."""
    tabs = {}
    for username in STAFF:
        context = chromium.new_context(viewport=DESKTOP)
        context.set_default_timeout(PATIENCE)
        context.on("page", complaints.listen)
        tabs[username] = page = context.new_page()
        page.goto(f"{sending.installation.url}/staff/login/")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/staff/")
    yield tabs
    for page in tabs.values():
        page.context.close()
    assert not complaints.heard, complaints.heard


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def said_on(page: Page) -> Locator:
    """Return what the page tells of what was just done."""
    return page.locator(".st-message-list")


def write(page: Page, installation: RunningInstallation) -> int:
    """Write a campaign, and return its id."""
    page.goto(f"{installation.url}/staff/campaigns/campaign/add/")
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_label("Topic").select_option(label="Quarterly meetings")
    page.get_by_label("Subject").fill("Two new guides for your office")
    press(page, "Create campaign")
    page.locator(".st-add").get_by_role("button", name="Heading", exact=True).click()
    heading = page.locator(".st-block").last.get_by_label("Heading", exact=True)
    heading.fill("Too new guides")
    press(page, "Save content")
    expect(said_on(page)).to_contain_text("Content saved.")
    return int(re.findall(r"/campaign/(\d+)/", page.url)[0])


def submit(page: Page, whom: str) -> None:
    """Submit the campaign that a page is about, and ask somebody by name."""
    page.get_by_role("link", name="Review", exact=True).click()
    page.get_by_label(STAFF[whom][0]).check()
    press(page, "Submit for review")
    expect(said_on(page)).to_contain_text(f"{STAFF[whom][0]} ({whom}) is asked by email.")


def open_from_mail(page: Page, sending: Sending, whom: str, subject: str, button: str) -> Page:
    """Open a campaign from the newest email to a colleague, as that person does."""
    email = read_mail_in_inbox(
        page, sending.installation, to=f"{whom}@example.org", subject=subject
    )
    return press_in_mail(page, email, button)


def launch_with_canary(page: Page) -> int:
    """Launch from an open send page, and return how many people will get it."""
    send = page.get_by_role("button", name=re.compile(r"Send to \d+"))
    number = int(re.sub(r"\D", "", send.inner_text()))
    page.get_by_label("Send to some people first?").select_option(
        label="Yes, then wait until somebody resumes"
    )
    page.get_by_label("How many first").fill(str(CANARY))
    page.get_by_role("button", name="Send to some people first").click()
    return number


def told_of_pause(page: Page, installation: RunningInstallation, *, times: int) -> FrameLocator:
    """Open the newest email to the publisher that says that sending was paused.

    Args:
        times: how many such emails there are by now.
    """
    installation.wait_until(
        lambda: installation.rows(PAUSES, "petra@example.org") == [(times,)], "an email to Petra"
    )
    return read_mail_in_inbox(page, installation, to="petra@example.org", subject="Sending paused")


def test_reviewed_by_name_tried_on_a_few_stopped_by_complaints_and_resumed_to_the_end(
    sending: Sending, people: Mapping[str, Page]
) -> None:
    installation = sending.installation
    wanda, petra = people["wanda"], people["petra"]
    campaign_id = write(wanda, installation)
    submit(wanda, "rafael")

    # The reviewer comments on a block, and asks for changes.
    rafael = open_from_mail(people["rafael"], sending, "rafael", "Please review", "Open the review")
    rafael.get_by_label("Comment on").select_option(label="Block 1: Heading – Too new guides")
    rafael.get_by_label("What should be changed").fill("Two, not too.")
    press(rafael, "Add comment")
    expect(said_on(rafael)).to_contain_text("Comment added.")
    press(rafael, "Request changes")
    expect(said_on(rafael)).to_contain_text("Changes requested.")

    # The author hears of it, mends the block beside the comment, and asks somebody else.
    wanda = open_from_mail(wanda, sending, "wanda", "Changes requested", "Open the review")
    wanda.get_by_role("link", name="English, block 1: heading").click()
    beside = wanda.locator("aside.st-comment", has_text="Two, not too.")
    wanda.locator(".st-block").first.get_by_label("Heading", exact=True).fill("Two new guides")
    beside.get_by_label("Answer to").fill("Of course.")
    beside.get_by_role("button", name="Done").click()
    expect(beside).to_contain_text("Done, by Wanda Okoye")
    press(wanda, "Save content")
    expect(said_on(wanda)).to_contain_text("Content saved.")
    submit(wanda, "ines")
    expect(wanda.get_by_text("Settled comments (1)")).to_be_visible()
    ines = open_from_mail(people["ines"], sending, "ines", "Please review", "Open the review")
    press(ines, "Approve")
    expect(said_on(ines)).to_contain_text("Approved. A colleague can send it now.")

    # The publisher sends it to a few, who get it, and to nobody else.
    petra.goto(f"{installation.url}/staff/campaigns/campaign/{campaign_id}/launch/")
    expect(petra.locator("main")).to_contain_text("by Inês Duarte")
    number = launch_with_canary(petra)
    expect(petra.locator("#state")).to_have_text("Paused", timeout=60_000)
    waiting = f"The first {CANARY} emails were sent. Look at what came of them, then resume."
    expect(petra.get_by_text(waiting)).to_be_visible()
    expect(petra.locator("#live")).to_contain_text(f"{CANARY} of {number} done")
    first = list(sending.provider.mails)
    assert len(first) == CANARY
    sending.report("delivered", first)
    installation.wait_until(
        lambda: sending.count(campaign_id, "delivered") == CANARY, "reports on the first emails"
    )
    email = told_of_pause(petra, installation, times=1)
    expect(email.locator("body")).to_contain_text(waiting)
    petra = press_in_mail(petra, email, "Open the campaign")
    press(petra, "Resume")

    # Three of them complain, while it goes to all others.
    expect(petra.locator("#state")).to_have_text("Sending")
    installation.wait_until(
        lambda: sending.count(campaign_id, "planned") < number - CANARY, "an email to somebody else"
    )
    sending.report("complained", first[:3])
    expect(petra.locator("#state")).to_have_text("Paused", timeout=60_000)
    expect(petra.get_by_text(COMPLAINED)).to_be_visible()
    stopped_at = sending.count(campaign_id, "planned")
    assert 0 < stopped_at < number - CANARY
    email = told_of_pause(petra, installation, times=2)
    expect(email.locator("body")).to_contain_text(COMPLAINED)
    petra = press_in_mail(petra, email, "Open the campaign")
    expect(petra.get_by_text(COMPLAINED)).to_be_visible()
    press(petra, "Resume")

    # One more complains. Whoever resumed is obeyed until there are twice as many.
    sending.report("complained", first[3:4])
    expect(petra.locator("#state")).to_have_text("Sent", timeout=90_000)
    sending.report("delivered", sending.provider.mails[CANARY:])
    installation.wait_until(
        lambda: sending.count(campaign_id, "delivered") == number, "reports on all emails"
    )
    check_the_books(sending, campaign_id, number)
    petra.get_by_role("link", name="View report").click()
    expect(petra.locator("main")).to_contain_text(f"All {number} recipients accounted for")


def check_the_books(sending: Sending, campaign_id: int, number: int) -> None:
    """Check that the provider got one message to each recipient, as the ledger says."""
    status = sending.installation.status(campaign_id)
    assert status["adds_up"]
    assert (status["candidates"], status["delivered"]) == (number, number)
    deliveries = sending.installation.rows(DELIVERIES, campaign_id)
    taken = [mail.to for mail in sending.provider.mails]
    assert sorted(taken) == sorted(email for email, _ in deliveries)
    assert len({*taken}) == len({mail.ref for mail in sending.provider.mails}) == number
    rows = sending.installation.rows(TOLD, f"campaign “{NAME}”")
    told = [(action, who) for action, who in rows if action in DONE]
    assert told == [
        ("campaign.submitted", "wanda"),
        ("campaign.returned", "rafael"),
        ("campaign.submitted", "wanda"),
        ("campaign.approved", "ines"),
        ("campaign.launched", "petra"),
        ("campaign.paused", "Convene"),
        ("campaign.resumed", "petra"),
        ("campaign.paused", "Convene"),
        ("campaign.resumed", "petra"),
    ]
