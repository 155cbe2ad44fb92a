"""A program that looks through mail: it opens every link of every mail in a real browser.

It runs the scripts of each page and lets a day pass on its clock, three times over. Nothing may
come of it, and afterwards the people to whom the mails were sent still press their buttons.
(Microsoft's scanners, for one, run scripts; some start while the mail is being delivered.)
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import MappingProxyType

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from campaigns.events.approve_again import tell_publishers
from campaigns.models import Campaign, Event
from campaigns.review.approval import approve
from campaigns.review_mail import (
    send_approval_lapsed,
    send_review_decided,
    send_review_requested,
    send_review_withdrawn,
)
from campaigns.schedule_mail import tell_not_sent, tell_start_moved
from campaigns.sending.automatic_pause import tell_publishers as tell_of_pause
from campaigns.sending.launch import launch_now
from campaigns.sending.send import send_batch
from newsletter.models import InboxMessage
from newsletter.outbox.deliver import deliver_due
from newsletter.rendering.notices import NOTICES
from scripts.services import installed_chromium
from staff.accounts.mail import (
    send_account_changed,
    send_invitation,
    send_new_device,
    send_password_link,
    send_topic_granted,
)
from staff.roles import PUBLISHER, REVIEWER
from subscribers.models import Subscriber, Topic
from tests.architecture.rows import all_rows, changed
from tests.browser.chromium import FLAGS, PHONE
from tests.campaigns.conftest import draft, event
from tests.campaigns.consent_campaign import agree_to, asked
from tests.conftest import MakeSubscriber
from tests.journeys.single_messages import (
    MINA,
    message_of,
    send_single_messages,
    single_message,
)
from tests.journeys.stranger import urls_of
from tests.staff_members import staff_member

__all__ = ["draft", "event"]  # fixtures of the campaigns, here too

pytestmark = [
    pytest.mark.journey,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

TIMES = 3
A_DAY = 24 * 3600 * 1000
"""Milliseconds: whatever a page might do later, it does."""
NEW_PASSWORD = "a row of quite ordinary words"
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Press:
    """A person's press on the page that a link of a mail opens."""

    path: str
    """The beginning of the link's path."""
    button: str
    changes: frozenset[str]
    """Tables in which something must have changed."""
    fill_in: Mapping[str, str] = field(default=NOTHING)
    """What is typed before, by the name of the field."""
    choose: str = ""
    """The value of a radio button that is chosen before."""


def press(
    path: str, button: str, *changes: str, fill_in: Mapping[str, str] = NOTHING, choose: str = ""
) -> Press:
    return Press(path, button, frozenset(changes), fill_in, choose)


SUBSCRIPTION, PERSON = "subscribers.Subscription", "subscribers.Subscriber"
ANSWER = "campaigns.Rsvp"
PASSWORDS = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
CAMPAIGN, ASKED_AGAIN = "campaign", "asked again"
PRESSES: dict[str, Press | None] = {
    ASKED_AGAIN: press("/consent/", "I agree", "subscribers.ConsentRecord"),
    CAMPAIGN: press("/u/", "Unsubscribe from “Quarterly meetings”", SUBSCRIPTION),
    "confirmation": press("/confirm/", "Confirm subscription", SUBSCRIPTION),
    "import_question": press("/confirm/", "Confirm subscription", SUBSCRIPTION),
    "application_confirmation": press(
        "/confirm/", "Confirm application", SUBSCRIPTION, "subscribers.Application"
    ),
    "application_question": press(
        "/join/answer/",
        "Send answer",
        "subscribers.ApplicationQuestion",
        fill_in={"answer": "That of foreign affairs."},
    ),
    "topic_invitation": press("/invitation/", "Accept invitation", SUBSCRIPTION),
    "rsvp_confirmation": press(
        "/rsvp/answers/", "Send answer", ANSWER, fill_in={"note": "By train."}
    ),
    "rsvp_delegate": press(
        "/rsvp/delegate/", "Send answer", ANSWER, fill_in={"note": "By train."}, choose="no"
    ),
    "rsvp_place_offered": press("/rsvp/place/", "Take the place", ANSWER),
    "preferences_link": press("/preferences/", "Save preferences", PERSON, fill_in={"name": "M."}),
    "address_link": press(
        "/preferences/address/",
        "Send confirmation link",
        "subscribers.AddressChange",
        fill_in={"email": "mina.third@quux.example"},
    ),
    "download_link": press("/preferences/download/", "Download a file for programs (JSON)"),
    "address_check": press(
        "/preferences/", "Unsubscribe from everything", "subscribers.Suppression"
    ),
    "new_address": press("/preferences/new-address/", "Use this address", PERSON),
    "erase_link": press("/preferences/erase/", "Erase my data", PERSON, SUBSCRIPTION),
    "staff_invitation": press("/staff/", "Set password", "auth.User", fill_in=PASSWORDS),
    "staff_password": press("/staff/", "Set password", "auth.User", fill_in=PASSWORDS),
    # These tell something, and ask for nothing.
    "welcome": None,
    "already_subscribed": None,
    "already_applied": None,
    "agreed_again": None,
    # It leads to a list, and from there to the page of an answer.
    "rsvp_link": None,
    # It leads to emails.
    "archive_link": None,
    "rsvp_place_lapsed": None,
    "rsvp_joining_details": None,
    "rsvp_event_changed": None,
    "application_accepted": None,
    "application_declined": None,
    "address_changed": None,
    "erased": None,
    "proof": None,
    "staff_new_device": None,
    "staff_account_changed": None,
    "staff_approve_again": None,
    "staff_approval_lapsed": None,
    "staff_not_sent": None,
    "staff_start_moved": None,
    "staff_review_requested": None,
    "staff_review_withdrawn": None,
    "staff_review_decided": None,
    "staff_topic_granted": None,
    "staff_sending_paused": None,
}
"""Each kind of mail, in the order in which the buttons of their pages are pressed."""


@pytest.fixture
def on_our_address(live_server: LiveServer, settings: Settings) -> None:
    """Have links lead to the server of this test."""
    settings.SITE_URL = str(live_server.url)
    settings.CSRF_TRUSTED_ORIGINS = [settings.SITE_URL]


@pytest.fixture
def mails(
    on_our_address: None,
    draft: Campaign,
    topic: Topic,
    other_topic: Topic,
    make_subscriber: MakeSubscriber,
) -> dict[str, EmailMessage]:
    """One mail of each kind."""
    mina = make_subscriber("mina@quux.example", topic=topic, **MINA)
    Event.objects.update(takes_answers=True)
    approve(Campaign.objects.get(pk=draft.pk), by="Sam")
    send_batch(launch_now(Campaign.objects.get(pk=draft.pk)).pk)
    agree_to(mina, topic)
    asked(topic)
    by_id = InboxMessage.objects.filter(recipient=mina.email, stream="bulk").order_by("pk")
    invitation, asking = (message_of(bytes(each.raw)) for each in by_id)
    send_single_messages(draft, mina, (topic, other_topic), make_subscriber)
    _send_about_accounts()
    singles = {kind: single_message(kind) for kind in (*NOTICES, "proof")}
    assert any("/rsvp/" in url for url in urls_of(invitation))
    return {CAMPAIGN: invitation, ASKED_AGAIN: asking, **singles}


def _send_about_accounts() -> None:
    ines, pola, dita, carl = map(staff_member, ("ines", "pola", "dita", "carl"))
    send_invitation(ines, inviter="Sam")
    send_password_link(pola)
    send_new_device(dita, device="Firefox on Linux", network="")
    send_account_changed(carl, "A passkey was added.")
    holder = staff_member("greta")
    [topic] = Topic.objects.filter(slug="quarterly-meetings")
    today = holder.date_joined.date()
    why = "that you see"
    send_topic_granted(holder, by="Sam", to="Pola", reason=why, last_day=today, topic_id=topic.pk)
    campaign = Campaign.objects.filter(event__isnull=False)[0]
    campaign.scheduled_at, campaign.scheduled_by = timezone.now(), staff_member("petra", PUBLISHER)
    assert campaign.event is not None
    assert tell_publishers(campaign.event, [campaign])
    rosa = staff_member("rosa", REVIEWER)
    assert send_review_requested(rosa, campaign, by="Nora")
    assert send_review_withdrawn(
        rosa, campaign, decision="Review withdrawn", what="Nora withdrew it."
    )
    assert send_review_decided(rosa, campaign, decision="Approved", what="Rob approved it.")
    assert send_approval_lapsed(rosa, campaign, what="The approval doesn’t count any more.")
    assert tell_not_sent(campaign, why="The audience is empty.", then="It is a draft again.")
    assert tell_start_moved(campaign, why="Rules changed.", times=["New start: tomorrow."])
    assert tell_of_pause(campaign.pk, reason="3 of 100 recipients reported this email as spam.")
    while deliver_due():
        pass


@dataclass(frozen=True, slots=True)
class Browsers:
    """A scanner's browser and a person's, in a thread of their own.

    Playwright runs a loop in its thread, and where a loop runs Django asks no database.
    """

    thread: ThreadPoolExecutor
    scanner: Page
    phone: Page


@pytest.fixture
def browsers() -> Iterator[Browsers]:
    if installed_chromium() is None:
        pytest.skip("no Chromium is installed; `make test` installs it")
    with ThreadPoolExecutor(1) as thread:
        both = _two_pages()
        yield Browsers(thread, *thread.submit(both.__enter__).result())
        thread.submit(both.__exit__, None, None, None).result()


@contextmanager
def _two_pages() -> Iterator[tuple[Page, Page]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed_chromium(), args=FLAGS)
        scanner, phone = browser.new_context(), browser.new_context(viewport=PHONE)
        for context in (scanner, phone):
            context.set_default_timeout(60_000)
        scanner.clock.install()
        yield scanner.new_page(), phone.new_page()
        browser.close()


def links_to_us(message: EmailMessage) -> list[str]:
    return [url for url in urls_of(message) if url.startswith(settings.SITE_URL)]


def scan(page: Page, urls: list[str]) -> int:
    """Open all links as often as TIMES, and return how many were opened."""
    opened = 0
    for _ in range(TIMES):
        for url in urls:
            _let_a_day_pass(page, url)
            opened += 1
    return opened


def _let_a_day_pass(page: Page, url: str) -> None:
    """Open a link, and let its page do whatever it would do within a day."""
    try:
        page.goto(url)
    except PlaywrightError as error:
        if "Download is starting" not in str(error):
            raise
        return
    page.clock.run_for(A_DAY)
    page.evaluate("dispatchEvent(new Event('blur')), dispatchEvent(new Event('focus'))")


def press_as_a_person(page: Page, urls: list[str], wanted: Press) -> None:
    """Open the link, fill in what is asked, press, and wait for the answer."""
    fitting = {each for each in urls if each.startswith(f"{settings.SITE_URL}{wanted.path}")}
    assert len(fitting) == 1, urls
    page.goto(fitting.pop())
    for name, text in wanted.fill_in.items():
        page.locator(f"[name={name}]").fill(text)
    if wanted.choose:
        page.locator(f"[type=radio][value={wanted.choose}]").check()
    button = page.get_by_role("button", name=wanted.button).locator("visible=true").first
    if not wanted.changes:
        with page.expect_download() as started:
            button.click()
        assert "mina@quux.example" in started.value.path().read_text(encoding="utf-8")
        return
    with page.expect_navigation():
        button.click()
    expect(page.locator(".error-summary, .st-error, .field-error")).to_have_count(0)


def test_what_looks_through_mail_acts_on_nothing_and_then_a_press_does(
    mails: dict[str, EmailMessage], browsers: Browsers
) -> None:
    assert mails.keys() == PRESSES.keys(), "each kind of mail is tried, and its button named"
    before = all_rows()
    urls = sorted({url for message in mails.values() for url in links_to_us(message)})
    opened = browsers.thread.submit(scan, browsers.scanner, urls).result()
    assert changed(before, all_rows()) == []
    assert opened >= TIMES * sum(each is not None for each in PRESSES.values())

    for kind, wanted in PRESSES.items():
        if wanted is None:
            continue
        before = all_rows()
        urls = links_to_us(mails[kind])
        browsers.thread.submit(press_as_a_person, browsers.phone, urls, wanted).result()
        assert wanted.changes <= set(changed(before, all_rows())), kind
    assert not Subscriber.objects.filter(email="mina@quux.example").exists()
    assert Subscriber.objects.filter(email="mina.new@quux.example").exists()
