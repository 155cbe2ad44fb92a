"""“Invited from three Balkan countries, no answer yet, except staff”: from the rule to the report.

Once with a pointer, and once by the keyboard alone. Who must get the reminder is computed from
rows, apart from the code that builds audiences.
"""

import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from scripts.services import installed_pdftotext
from tests.journeys.hands import Hands, KeyboardHands, PointerHands
from tests.journeys.running import RunningInstallation
from tests.journeys.test_every_page import faults_on
from tests.journeys.test_whole_chain import bulk_mail, launch, open_campaign, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.browser]

COUNTRIES = ("Greece", "Romania", "Serbia")
INVITATION = "Will you come to the forum?"
FORUM = """
    SELECT e.slug, e.title, t.slug FROM campaigns_campaign c
    JOIN campaigns_event e ON e.id = c.event_id JOIN subscribers_topic t ON t.id = c.topic_id
    WHERE e.takes_answers AND c.status = 'sent' ORDER BY e.starts_at DESC LIMIT 1
"""
ADD_DELEGATES = """
from django.utils import timezone
from campaigns.event_states import RsvpAnswer, RsvpSource
from campaigns.models import Event
from campaigns.rsvp.answer import record_answer
from campaigns.rsvp.reply import Reply
from newsletter.core.addresses import address_digest, domain_of
from subscribers.labels.give import give_label
from subscribers.labels.keep import create_label
from subscribers.models import Subscriber, Subscription, Topic
from subscribers.states import SubscriptionStatus
staff, topic, event = create_label("Staff"), Topic.objects.get(slug="{topic}"), "{event}"
event = Event.objects.get(slug=event)
for number in range(24):
    country = ("GR", "RO", "RS", "AL")[number % 4]
    email = f"delegate-{{number}}@assembly-{{country.lower()}}.example"
    person = Subscriber.objects.create(
        email=email, digest=address_digest(email), domain=domain_of(email), country=country
    )
    Subscription.objects.create(
        subscriber=person,
        topic=topic,
        status=SubscriptionStatus.CONFIRMED,
        changed_at=timezone.now(),
    )
    if number >= 20:
        give_label(person, staff)
    if number < 4:
        reply = Reply(answer=(RsvpAnswer.YES, RsvpAnswer.NO)[number % 2], attends="online")
        record_answer(event.pk, of=person, reply=reply, source=RsvpSource.LINK, now=timezone.now())
"""
"""Of each of four countries six: one has answered, and one belongs to the staff."""
RECIPIENTS = """
    SELECT s.email FROM subscribers_subscriber s
    JOIN campaigns_delivery d ON d.subscriber_id = s.id AND d.status IN ('accepted', 'delivered')
    JOIN campaigns_campaign c ON c.id = d.campaign_id AND c.name = ?
    WHERE s.country IN ('GR', 'RO', 'RS') AND s.id NOT IN (
        SELECT r.subscriber_id FROM campaigns_rsvp r JOIN campaigns_event e ON e.id = r.event_id
        WHERE e.slug = ? AND r.subscriber_id IS NOT NULL
    ) AND s.id NOT IN (
        SELECT l.subscriber_id FROM subscribers_subscriberlabel l
        JOIN subscribers_label n ON n.id = l.label_id AND n.name = 'Staff'
    )
"""
TEXTS = """
[...document.querySelectorAll("main :is(h2, h3, tbody tr, .st-tiles strong, .st-chart-top)")].map(
  part => part.matches("tr") ? [...part.cells].map(cell => cell.textContent).join("")
    : part.textContent
).map(text => text.replace(/\\s+/g, ""))
"""
"""The figures of “Over time” and their headings, without spaces; its tables are closed there."""
A4 = (595, 842)
"""Width and height, in points (ISO 216)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """The people who were invited to the forum, and those of them who are meant here."""

    installation: RunningInstallation
    event: str
    title: str
    topic: str
    meant: frozenset[str]


@pytest.fixture(scope="module")
def invited(shared_installation: RunningInstallation) -> Invited:
    """An installation whose delegates were invited; most haven't answered."""
    installation = shared_installation
    [(event, title, topic)] = installation.rows(FORUM)
    script = ADD_DELEGATES.format(event=event, topic=topic)
    installation.manage("shell", "-v", "0", "-c", script)
    campaign_id = create(installation, INVITATION, event=event, topic=topic)
    installation.manage("approve_campaign", campaign_id)
    installation.manage("launch_campaign", campaign_id, "--now")
    installation.wait_until(
        lambda: installation.status(int(campaign_id))["status"] == "sent", "the invitation", every=1
    )
    meant = frozenset(email for (email,) in installation.rows(RECIPIENTS, INVITATION, event))
    return Invited(installation=installation, event=event, title=title, topic=topic, meant=meant)


def create(installation: RunningInstallation, name: str, *, event: str, topic: str) -> str:
    """Create a campaign to everybody who follows a topic, and return its id."""
    blocks = [{"type": "heading", "text": name}, {"type": "event_card"}]
    contents = {"en": {"subject": name, "blocks": blocks}}
    file = installation.folder / "campaign.json"
    file.write_text(
        json.dumps({"name": name, "topic": topic, "event": event, "contents": contents}),
        encoding="utf-8",
    )
    file.chmod(0o600)
    return installation.manage("create_campaign", str(file)).strip()


def condition(page: Page, kind: str) -> Locator:
    """Return the newest condition of a kind."""
    return page.locator("fieldset.st-condition", has=page.get_by_text(kind, exact=True)).last


def add(page: Page, hands: Hands, kind: str, *, to: str = "Add a condition") -> Locator:
    """Add a condition to a list of the page, and return it."""
    hands.choose(page.get_by_label(to, exact=True).and_(page.locator("select")), kind)
    hands.press(page.get_by_role("button", name=to, exact=True))
    added = condition(page, kind)
    expect(added).to_be_visible()
    return added


def build(page: Page, hands: Hands, invited: Invited) -> None:
    """Say to whom the reminder goes, and save it."""
    countries = add(page, hands, "Country or body")
    for country in COUNTRIES:
        hands.write(countries.get_by_label("Find in countries or bodies"), country)
        hands.press(countries.get_by_label(country, exact=True))
    got = add(page, hands, "Got an earlier email")
    hands.choose(got.get_by_label("People who"), "Got it")
    option = got.locator("option", has_text=INVITATION).first
    hands.choose(got.get_by_label("Email", exact=True), (option.text_content() or "").strip())
    answer = add(page, hands, "Answer to an invitation")
    hands.choose(answer.get_by_label("People who"), "Haven’t answered")
    option = answer.locator("option", has_text=invited.title).first
    hands.choose(answer.get_by_label("Event", exact=True), (option.text_content() or "").strip())
    staff = add(page, hands, "Label", to="Add an exception")
    hands.write(staff.get_by_label("Label", exact=True), "Staff")
    page.keyboard.press("Tab")
    number = len(invited.meant)
    expect(page.locator("#estimate")).to_contain_text(f"{number} people would receive this email")
    # The number follows by itself; the button is for browsers without scripts.
    expect(page.get_by_role("button", name="Count recipients")).to_be_hidden()
    assert not faults_on(page)
    hands.press(page.get_by_role("button", name="Save audience"))
    expect(page.locator(".st-message-list")).to_contain_text("Audience saved.")


@pytest.mark.parametrize("hands_of", [PointerHands, KeyboardHands], ids=["pointer", "keyboard"])
def test_a_reminder_goes_to_those_who_were_meant_and_its_report_can_be_printed(
    window: BrowserContext,
    invited: Invited,
    tmp_path: Path,
    hands_of: Callable[[Page], Hands],
) -> None:
    assert len(invited.meant) >= 12
    installation = invited.installation
    name = f"To the Balkans, {hands_of.__name__}"
    create(installation, name, event=invited.event, topic=invited.topic)
    page = window.new_page()
    hands = hands_of(page)
    sign_in(page, installation)
    open_campaign(page, installation, name)
    hands.press(page.get_by_role("link", name="Audience", exact=True))
    build(page, hands, invited)

    # Colleagues read the rule where they approve it.
    hands.press(page.get_by_role("link", name="Review", exact=True))
    rule = page.locator("main")
    for words in (*COUNTRIES, "haven’t answered the invitation", "except", "“Staff”"):
        expect(rule).to_contain_text(words)
    hands.press(page.get_by_role("button", name="Approve"))
    [(newest,)] = installation.rows("SELECT MAX(id) FROM newsletter_inboxmessage")
    assert launch(page, installation) == len(invited.meant)
    assert set(bulk_mail(installation, after=newest)) == invited.meant

    # The report says to whom it went, and why the others got nothing.
    hands.press(page.get_by_role("link", name="View report"))
    expect(rule).to_contain_text(f"All {len(invited.meant)} recipients accounted for")
    expect(rule).to_contain_text("The audience was everyone who subscribes to")
    url = page.url

    def is_counted() -> bool:
        page.goto(url)
        return page.get_by_role("heading", name="By country or body").is_visible()

    installation.wait_until(is_counted, "the counts by country", every=1)
    assert not faults_on(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_hidden()
    expect(page.get_by_role("navigation")).to_have_count(0)
    page.emulate_media(media="null")
    printed = tmp_path / "report.pdf"
    page.pdf(path=printed, prefer_css_page_size=True, print_background=True)
    check_paper(printed.read_bytes())


def test_what_was_over_time_can_be_printed_for_a_board(
    window: BrowserContext, invited: Invited, tmp_path: Path
) -> None:
    page = window.new_page()
    sign_in(page, invited.installation)
    page.get_by_role("link", name="Over time", exact=True).first.click()
    growth = page.get_by_role("region", name="Growth")
    expect(growth).to_be_visible()
    assert not faults_on(page)
    page.emulate_media(media="print")
    for name in ("Growth", "Health", "Answers"):
        part = page.get_by_role("region", name=name)
        expect(part.locator("svg").first).to_be_visible()
        # The tables, which are closed on the screen.
        assert part.locator("tbody tr").last.evaluate("row => row.getBoundingClientRect().height")
    expect(page.get_by_label("Topic", exact=True)).to_be_hidden()
    expect(page.get_by_role("navigation")).to_have_count(0)
    page.emulate_media(media="null")
    printed = tmp_path / "over-time.pdf"
    page.pdf(path=printed, prefer_css_page_size=True, print_background=True)
    check_paper(printed.read_bytes())
    lines = lines_of(printed)
    # The growth, the health, and the answers with what can't be known: a sheet each.
    assert printed.read_bytes().count(b"/MediaBox") == 3
    on_paper = "".join(lines)
    for text in page.evaluate(TEXTS):
        assert text in on_paper
    # A page that breaks a table repeats its head.
    assert sum(line.startswith("Month") for line in lines) == 3


def lines_of(pdf: Path) -> list[str]:
    """Return the lines of a PDF without spaces: the reader guesses them, and splits words."""
    program = installed_pdftotext()
    if program is None:
        pytest.skip("no pdftotext is installed; `make test` installs it")
    read = subprocess.run(
        [program, "-layout", pdf, "-"], capture_output=True, text=True, check=True
    )
    return ["".join(line.split()) for line in read.stdout.splitlines()]


def check_paper(pdf: bytes) -> None:
    """Check that it is paper of A4, and no more of it than the page fills."""
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {A4}
    assert 1 < len(boxes) < 8
