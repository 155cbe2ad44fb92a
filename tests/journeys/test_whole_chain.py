"""The main job, end to end, as a person does it in a browser on a machine with nothing prepared."""

import json
import re
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from campaigns.demo.followers import DISCREET
from tests.journeys.conftest import demo
from tests.journeys.running import RunningInstallation

pytestmark = [pytest.mark.journey, pytest.mark.browser]

EVE = "eve.ngata@parliament.example"
LAST_TOPIC = """
    SELECT t.slug FROM subscribers_topic t JOIN campaigns_campaign c ON c.topic_id = t.id
    WHERE c.status = 'sent' ORDER BY c.finished_at DESC LIMIT 1
"""


@pytest.fixture
def installation(tmp_path: Path, worker_id: str) -> Iterator[RunningInstallation]:
    """An installation that starts with nothing, not even its tables."""
    with demo(tmp_path / "var", worker_id) as running:
        yield running


def read_mail_in_inbox(
    page: Page, installation: RunningInstallation, *, to: str, subject: str
) -> FrameLocator:
    """Open the newest message to somebody in /inbox/, once it has come.

    Returns:
        The frame that shows it.
    """
    entry = page.locator(".entry", has_text=to).filter(has_text=subject).first

    def has_come() -> bool:
        page.goto(f"{installation.url}/inbox/?q={to}")
        return entry.is_visible()

    installation.wait_until(has_come, f"mail to {to} with subject {subject}")
    entry.click()
    return page.frame_locator("iframe[title='The email']")


def press_in_mail(page: Page, email: FrameLocator, words: str) -> Page:
    """Click a link in an email, which opens in a new tab, and return that tab."""
    with page.expect_popup() as opened:
        email.get_by_role("link", name=re.compile(words)).first.click()
    opened.value.wait_for_load_state()
    return opened.value


def sign_up(page: Page, installation: RunningInstallation) -> None:
    page.goto(f"{installation.url}/subscribe/")
    page.get_by_label("Email").first.fill(EVE)
    page.get_by_label(re.compile("^(Your )?name", re.IGNORECASE)).fill("Eve Ngata")
    for box in page.locator("input[name=topics]").all():
        box.check()
    page.wait_for_timeout(2_500)  # a person takes longer than a robot, and the form knows
    page.get_by_role("button", name="Subscribe").click()
    expect(page.locator("h1")).to_be_visible()
    assert "/subscribe/done/" in page.url


def confirm(page: Page, installation: RunningInstallation) -> None:
    email = read_mail_in_inbox(page, installation, to=EVE, subject="onfirm")
    opened = press_in_mail(page, email, "Confirm")
    # Reading has not acted: only the button does.
    assert statuses_of(installation, EVE) == {"pending"}
    opened.get_by_role("button", name="Confirm").click()
    expect(opened.locator("h1")).to_contain_text("confirmed")
    assert statuses_of(installation, EVE) == {"confirmed"}
    opened.close()


def statuses_of(installation: RunningInstallation, email: str) -> set[str]:
    query = (
        "SELECT status FROM subscribers_subscription JOIN subscribers_subscriber s ON s.id = "
        "subscriber_id WHERE s.email = ?"
    )
    return {status for (status,) in installation.rows(query, email)}


def sign_in(page: Page, installation: RunningInstallation) -> None:
    page.goto(f"{installation.url}/staff/")
    page.get_by_label("Username").fill(installation.login["username"])
    page.get_by_label("Password").fill(installation.login["password"])
    page.get_by_role("button", name=re.compile("(Sign|Log) in")).click()
    expect(page.locator("h1").first).to_be_visible()
    assert "/login/" not in page.url


def open_campaign(page: Page, installation: RunningInstallation, name: str) -> None:
    page.goto(f"{installation.url}/staff/campaigns/campaign/")
    page.get_by_role("link", name=name).first.click()


def launch(page: Page, installation: RunningInstallation) -> int:
    """Launch from the review page, wait for the end of sending, and return how many got it."""
    page.get_by_role("link", name="Send", exact=True).click()
    page.locator("[name=when][value=now]").check()  # a step of a series proposes its own time
    send = page.get_by_role("button", name=re.compile(r"Send to \d+"))
    number = int(re.sub(r"\D", "", send.inner_text()))
    send.click()
    # The page follows by itself.
    expect(page.locator("#state")).to_have_text("Sent", timeout=90_000)
    expect(page.locator("#live")).to_contain_text(f"{number} of {number} done")
    return number


def bulk_mail(installation: RunningInstallation, *, after: int = 0) -> dict[str, EmailMessage]:
    """Return the messages that campaigns have sent, by recipient."""
    rows = installation.rows(
        "SELECT recipient, raw FROM newsletter_inboxmessage WHERE stream = 'bulk' AND id > ?", after
    )
    messages = {recipient: message_from_bytes(raw, policy=default) for recipient, raw in rows}
    assert len(messages) == len(rows), "somebody got a second copy"
    return messages


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def check_local_times(
    installation: RunningInstallation, messages: dict[str, EmailMessage], campaign_id: int
) -> None:
    """Check that each recipient finds the meeting's start in their own time zone."""
    [(start,)] = installation.rows(
        "SELECT starts_at FROM campaigns_event e JOIN campaigns_campaign c ON c.event_id = e.id "
        "WHERE c.id = ?",
        campaign_id,
    )
    starts_at = datetime.fromisoformat(str(start)).replace(tzinfo=UTC)
    zones = dict(installation.rows("SELECT email, time_zone FROM subscribers_subscriber"))
    clocks = set()
    for recipient, message in messages.items():
        if recipient == DISCREET:  # a cover, which says nothing but that there is something to read
            assert f"{starts_at:%H:%M}" not in text_of(message)
            continue
        local = starts_at.astimezone(ZoneInfo(zones[recipient] or "UTC"))
        clocks.add(local.utcoffset())
        words = text_of(message)
        assert f"{local:%H:%M}" in words, recipient
        assert str(local.day) in words, recipient
        assert f"{starts_at:%H:%M}" in words, f"{recipient}: UTC stands beside it"
    assert len(clocks) > 10, "recipients live all over the world"


def address_to_leave_by(message: EmailMessage) -> str:
    """Return the one https address of List-Unsubscribe."""
    [address] = re.findall(r"<(https?://[^>]+)>", str(message["List-Unsubscribe"]))
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return str(address)


def leave_by_header(message: EmailMessage) -> None:
    """Unsubscribe as a mailbox provider does (RFC 8058): no cookies, and no redirect followed."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *arguments: object) -> None:
            return None

    request = urllib.request.Request(
        address_to_leave_by(message), data=b"List-Unsubscribe=One-Click", method="POST"
    )
    with urllib.request.build_opener(Stay).open(request, timeout=30) as answer:
        assert answer.status == 200


def write_next_campaign(installation: RunningInstallation, folder: Path) -> str:
    [(topic,)] = installation.rows(LAST_TOPIC)
    blocks = [
        {"type": "heading", "text": "What came of it"},
        {"type": "rich_text", "html": "<p>Dear {given_name|colleague}, thank you.</p>"},
    ]
    content = {
        "subject": "What came of our meeting",
        "preheader": "In two minutes",
        "blocks": blocks,
    }
    path = folder / "next.json"
    path.write_text(
        json.dumps(
            {
                "name": "After the meeting",
                "topic": topic,
                "language": "en",
                "contents": {"en": content},
            }
        ),
        encoding="utf-8",
    )
    return installation.manage("create_campaign", str(path)).strip()


@pytest.mark.smoke
def test_sign_up_confirm_launch_read_unsubscribe_and_get_no_more(
    installation: RunningInstallation, page: Page, tmp_path: Path
) -> None:
    sign_up(page, installation)
    confirm(page, installation)
    read_mail_in_inbox(page, installation, to=EVE, subject="elcome")

    [(campaign_id, name)] = installation.rows(
        "SELECT id, name FROM campaigns_campaign WHERE status = 'approved'"
    )
    sign_in(page, installation)
    open_campaign(page, installation, name)
    page.get_by_role("link", name="Review", exact=True).click()
    preview = page.frame_locator("iframe")
    expect(
        preview.get_by_text("You are invited to our next quarterly meeting").first
    ).to_be_visible()
    number = launch(page, installation)

    messages = bulk_mail(installation)
    assert len(messages) == number >= 201  # the demo's two hundred, and Eve
    assert EVE in messages
    check_local_times(installation, messages, campaign_id)

    others = [recipient for recipient in messages if recipient not in (EVE, DISCREET)]
    by_link, by_header = others[:2]
    email = read_mail_in_inbox(page, installation, to=by_link, subject="join our")
    opened = press_in_mail(page, email, "[Uu]nsubscribe")
    assert statuses_of(installation, by_link) != {"unsubscribed"}, "reading has acted"
    opened.get_by_role("button", name=re.compile("^Unsubscribe from “")).click()
    expect(opened.locator("h1")).to_have_text("You are unsubscribed")
    opened.close()
    leave_by_header(messages[by_header])
    leave_by_header(messages[by_header])  # once more: 2xx, too

    [(newest,)] = installation.rows("SELECT MAX(id) FROM newsletter_inboxmessage")
    write_next_campaign(installation, tmp_path)
    open_campaign(page, installation, "After the meeting")
    page.get_by_role("link", name="Review", exact=True).click()
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("link", name="Send", exact=True).click()
    expect(page.locator(".st-reasons")).to_contain_text(re.compile(r"\d+ .*(left|unsubscribed)"))
    assert launch(page, installation) == number - 2
    after = bulk_mail(installation, after=newest)
    assert EVE in after
    assert not {by_link, by_header} & set(after)
    page.get_by_role("link", name="View report").click()
    expect(page.locator("main, #content, body").first).to_contain_text(
        re.compile(r"(left|unsubscribed)")
    )
