"""A quarterly meeting, from its plan to the reminder, as staff and three readers see it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from icalendar import Calendar
from icalendar import Event as Entry
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PATIENCE, PHONE
from tests.journeys.running import RunningInstallation
from tests.journeys.single_messages import message_of
from tests.journeys.stranger import urls_of
from tests.journeys.test_whole_chain import bulk_mail, launch, sign_in
from tests.journeys.visitor import MAILS, said

pytestmark = [pytest.mark.journey, pytest.mark.browser]

FOLLOWERS = """
    SELECT s.email FROM subscribers_subscriber s
    JOIN subscribers_subscription n ON n.subscriber_id = s.id AND n.status = 'confirmed'
    JOIN subscribers_topic t ON t.id = n.topic_id
    WHERE t.slug = 'quarterly-meetings' AND s.language = ?
    AND s.discreet_since IS NULL AND s.paused_until IS NULL ORDER BY s.id
"""
LATE = "late@parliament.example"
DELEGATE = "delegate@parliament.example"
TITLES = {
    "en": "Hearing on supply chains",
    "uk": "Слухання про ланцюги постачання",
    "fr": "Audition sur les chaînes d’approvisionnement",
}
JOIN_URL = "https://meet.example.org/hearing"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads their mail on a phone, in their language."""

    browser: Browser
    installation: RunningInstallation
    address: str
    language: str

    def said(self, text: str) -> str:
        return said(text, self.language)

    def answer(self, message: EmailMessage, path: str, answer: str, **fields: str) -> str:
        """Open the form that an email leads to, send an answer, and return what the page says."""
        with self._opened(message, path) as page:
            shown = page.get_by_role("button", name=self.said("Send answer"))
            if not shown.is_visible():  # the link to one's own answer shows it after a press
                page.locator("main form button").first.click()
            page.locator(f"input[name=answer][value={answer}]").check()
            for name, text in fields.items():
                page.locator(f"[name={name}]").fill(text)
            if (agree := page.locator("input[name=agree]")).is_visible():
                agree.check()
            with page.expect_navigation():
                shown.click()
            expect(shown).to_be_hidden()
            expect(page.locator("html")).to_have_attribute("lang", self.language)
            return str(page.locator("main").inner_text())

    def latest(self, link: str, *, after: int = 0) -> EmailMessage:
        """Return the latest single message to them that holds a link to `link`, once it has come.

        Args:
            after: that many such messages have been read before.
        """

        def find() -> EmailMessage | None:
            found = [
                message_of(bytes(raw)) for (raw,) in self.installation.rows(MAILS, self.address)
            ]
            with_link = [each for each in found if self._urls(each, link)]
            return with_link[0] if len(with_link) > after else None

        message: EmailMessage = self.installation.wait_until(find, f"{link} to {self.address}")
        return message

    def _urls(self, message: EmailMessage, path: str) -> list[str]:
        return [url for url in urls_of(message) if url.startswith(f"{self.installation.url}{path}")]

    @contextmanager
    def _opened(self, message: EmailMessage, path: str) -> Iterator[Page]:
        [url] = self._urls(message, path)
        window = self.browser.new_context(viewport=PHONE, locale=self.language)
        window.set_default_timeout(PATIENCE)
        page = window.new_page()
        page.goto(url)
        yield page
        window.close()


def plan(page: Page, installation: RunningInstallation) -> int:
    """Copy the last quarterly meeting to the next quarter in three languages; return its id."""
    page.goto(f"{installation.url}/staff/campaigns/event/")
    page.get_by_role("link", name=re.compile("^Quarterly meeting")).first.click()
    page.get_by_role("button", name="Create next quarter’s event").click()
    event_id = int(re.findall(r"/event/(\d+)/", page.url)[0])
    page.get_by_role("link", name="Edit details").click()
    page.get_by_label("Title", exact=True).first.fill(TITLES["en"])
    page.locator("[name=join_url]").fill(JOIN_URL)
    page.locator("[name=takes_answers]").check()
    page.locator("[name=capacity]").fill("2")
    page.locator("[name=is_public]").check()
    for language in ("fr", "uk"):
        unfold(page, f"texts-{language}-title")
        page.locator(f"[name=texts-{language}-title]").fill(TITLES[language])
    page.get_by_role("button", name="Save event").click()
    page.goto(overview(installation, event_id))
    expect(page.locator("h1").first).to_contain_text(TITLES["en"])
    return event_id


def unfold(page: Page, name: str) -> None:
    """Open the details in which a field is hidden."""
    page.locator(f"[name={name}]").evaluate(
        "each => { const box = each.closest('details'); if (box) box.open = true; }"
    )


def draft_series(page: Page, installation: RunningInstallation, event_id: int) -> None:
    page.goto(overview(installation, event_id))
    page.get_by_label("Send to subscribers of").select_option(label="Quarterly meetings")
    for language in page.locator("input[name=languages]:enabled").all():
        language.check()
    page.get_by_role("button", name="Draft the series").click()
    expect(page.locator(".st-timeline").get_by_role("link")).to_have_count(7)


def send(
    page: Page, installation: RunningInstallation, event_id: int, name: str
) -> dict[str, EmailMessage]:
    """Approve a campaign of an event and send it now, and return its messages by recipient."""
    [(newest,)] = installation.rows("SELECT COALESCE(MAX(id), 0) FROM newsletter_inboxmessage")
    page.goto(overview(installation, event_id))
    page.get_by_role("link", name=name).first.click()
    page.get_by_role("link", name="Review", exact=True).click()
    page.get_by_role("button", name="Approve").click()
    number = launch(page, installation)
    messages = bulk_mail(installation, after=newest)
    assert len(messages) == number
    return messages


def move_by_an_hour(page: Page, event_id: int) -> None:
    page.get_by_role("link", name="Details").first.click()
    for name in ("local_start", "local_end"):
        field = page.locator(f"[name={name}]")
        later = datetime.fromisoformat(field.input_value()) + timedelta(hours=1)
        field.fill(f"{later:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Save event").click()


def join_late(installation: RunningInstallation, folder: Path) -> None:
    """Subscribe somebody who wasn't invited."""
    path = folder / "late.csv"
    path.write_text(f"Email,Name\n{LATE},Late Comer\n", encoding="utf-8")
    installation.manage(
        "import_subscribers", str(path), "--topic", "quarterly-meetings", "--consent", "By letter."
    )


def overview(installation: RunningInstallation, event_id: int) -> str:
    return f"{installation.url}/staff/campaigns/event/{event_id}/overview/"


def entry_of(message: EmailMessage) -> Entry:
    """Return the one event of a message's one calendar part."""
    [part] = [each for each in message.walk() if each.get_content_type() == "text/calendar"]
    [entry] = Calendar.from_ical(bytes(part.get_payload(decode=True) or b"")).walk("VEVENT")
    assert isinstance(entry, Entry)
    return entry


def test_a_meeting_is_planned_answered_moved_and_reminded_of(
    installation: RunningInstallation, page: Page, chromium: Browser, tmp_path: Path
) -> None:
    [ada, olena, chloe] = [
        Reader(chromium, installation, str(installation.rows(FOLLOWERS, tag)[0][0]), tag)
        for tag in ("en", "uk", "fr")
    ]
    delegate = Reader(chromium, installation, DELEGATE, "uk")
    sign_in(page, installation)
    event_id = plan(page, installation)
    draft_series(page, installation, event_id)
    invited = send(page, installation, event_id, "Invitation")
    for reader in (ada, olena, chloe):
        assert TITLES[reader.language] in str(invited[reader.address]["Subject"])
        assert JOIN_URL not in str(invited[reader.address].as_string())

    # One comes, one sends somebody, and one says no and then takes the last place.
    ada.answer(invited[ada.address], "/rsvp/", "yes")
    assert JOIN_URL in urls_of(ada.latest("/rsvp/answers/"))
    olena.answer(
        invited[olena.address],
        "/rsvp/",
        "delegate",
        delegate_name="Тарас",
        delegate_email=DELEGATE,
    )
    chloe.answer(invited[chloe.address], "/rsvp/", "no")
    chloe.answer(chloe.latest("/rsvp/answers/"), "/rsvp/answers/", "yes")
    assert JOIN_URL in urls_of(chloe.latest("/rsvp/answers/", after=1))
    delegate.answer(delegate.latest("/rsvp/delegate/"), "/rsvp/delegate/", "yes")
    waits = delegate.latest("/rsvp/answers/")
    assert JOIN_URL not in urls_of(waits)

    # Staff see them all, and who waits.
    page.goto(overview(installation, event_id))
    page.get_by_role("link", name="Answers").first.click()
    answers = page.locator("main, #content").first
    for address in (ada.address, chloe.address):
        expect(answers).to_contain_text(address)
    page.goto(f"{installation.url}/staff/campaigns/event/{event_id}/answers/?place=waiting")
    expect(answers).to_contain_text("Тарас")

    # The meeting moves: those who hold it in their calendars are told, in the same entry.
    page.goto(overview(installation, event_id))
    move_by_an_hour(page, event_id)
    join_late(installation, tmp_path)
    update = send(page, installation, event_id, "Update")
    assert set(update) == set(invited)
    before, after = (entry_of(mails[ada.address]) for mails in (invited, update))
    assert before["UID"] == after["UID"]
    assert after.sequence > before.sequence
    assert after.start - before.start == timedelta(hours=1)

    # The reminder leaves out whoever has answered.
    reminded = send(page, installation, event_id, "Reminder")
    answered = {ada.address, olena.address, chloe.address}
    assert set(reminded) == (set(invited) | {LATE}) - answered
