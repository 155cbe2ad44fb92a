"""The privacy page says what the clock does."""

import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.env import BASE_DIR
from newsletter.models import Brand
from newsletter.transport.config.mailbox_url import parse_reply_mailbox_url
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.models import Subscriber
from subscribers.retention.expire import forget_expired
from subscribers.states import ConsentMethod
from subscribers.views.privacy import period_in_words
from subscribers.views.what_we_keep import KEPT
from tests.architecture.rows import models_of_ours
from tests.architecture.test_retention import WITH_PERSONAL_DATA

WRITTEN = re.compile(
    r"(?<!class )\b(\w+)(?:\.objects\.(?:bulk_create|create|get_or_create|update_or_create)|)\("
)
TABLES = {
    "KEEP_UNCONFIRMED": "Subscription",
    "KEEP_FORM_SUBMISSIONS": "FormSubmission",
    "KEEP_PROVIDER_EVENTS": "ProviderEvent",
    "KEEP_TRANSACTIONAL_BODIES": "TransactionalMessage",
    "KEEP_DELIVERY_SUBSCRIBERS": "Delivery",
    "KEEP_CONSENT_NETWORK": "ConsentRecord",
    "KEEP_RSVPS": "Rsvp",
    "KEEP_RSVP_NEEDS": "Rsvp",
    "KEEP_CALENDAR_MAIL": "CalendarMail",
    "KEEP_NEWS_OF_ERASURE": "TransactionalMessage",
    "KEEP_APPLICATIONS": "Application",
    "KEEP_INVITATIONS": "TopicInvitation",
    "KEEP_IMPORT_DETAILS": "ImportBatch",
    "KEEP_IMPORT_UPLOADS": "ImportUpload",
    "KEEP_IMPORT_REPORTS": "ImportUpload",
    "KEEP_IMPORT_QUESTIONS": "ImportQuestion",
    "KEEP_INBOX": "InboxMessage",
    "KEEP_TRANSACTIONAL_ROWS": "TransactionalMessage",
    "KEEP_SOFT_BOUNCES": "SoftBounces",
    "KEEP_SESSIONS": "StaffSession",
    "KEEP_AUDIT": "AuditEntry",
}
"""The table whose rows each period ends."""

REPLIES = "imaps://replies:secret@mail.example.org/INBOX?address=replies@lists.example.org"

BY_SQL = {
    "Delivery": "campaigns/sending/insert_deliveries.py",
    "ProviderEvent": "newsletter/webhooks/insert.py",
    "ImportQuestion": "subscribers/imports/storing/statements.py",
}


def tables_written() -> set[str]:
    """Return the tables to which our own code adds rows.

    The code names the model, and calls it or its manager.
    """
    sources = [
        path
        for app in ("newsletter", "subscribers", "campaigns")
        for path in (BASE_DIR / app).rglob("*.py")
    ]
    words = {
        name
        for path in sources
        if "migrations" not in path.parts
        for name in WRITTEN.findall(path.read_text(encoding="utf-8"))
    }
    return words | {
        table
        for table, path in BY_SQL.items()
        if "INSERT INTO" in (BASE_DIR / path).read_text(encoding="utf-8")
    }


def test_the_page_lists_what_something_collects_and_nothing_else(
    client: Client, brand: Brand
) -> None:
    periods = {name for name in dir(settings) if name.startswith("KEEP_")}
    assert set(TABLES) == periods
    collected = {name for name in periods if TABLES[name] in tables_written()}
    assert {kept.period for kept in KEPT} - {""} == collected
    assert "Your answers to invitations" in client.get("/privacy/").content.decode()


def test_each_period_of_the_page_is_the_one_that_the_clock_goes_by(
    client: Client, brand: Brand, settings: Settings
) -> None:
    settings.INBOX_ENABLED, settings.WEBHOOK_SECRET = True, "x" * 32
    settings.REPLY_MAILBOX = parse_reply_mailbox_url(REPLIES)
    page = client.get("/privacy/").content.decode()
    for kept in KEPT:
        assert str(kept.what) in page
        assert not kept.period or period_in_words(getattr(settings, kept.period)) in page
    assert "privacy@example.org" in page


def test_what_this_installation_is_not_told_is_not_listed(
    client: Client, brand: Brand, settings: Settings
) -> None:
    settings.INBOX_ENABLED, settings.WEBHOOK_SECRET, settings.BOUNCE_MAILBOX = False, "", None
    settings.REPLY_MAILBOX = None
    page = client.get("/privacy/").content.decode()
    assert "Copies of emails" not in page
    assert "Reports from email providers" not in page
    assert "Emails from your calendar" not in page
    settings.INBOX_ENABLED, settings.WEBHOOK_SECRET = True, "x" * 32
    settings.REPLY_MAILBOX = parse_reply_mailbox_url(REPLIES)
    page = client.get("/privacy/").content.decode()
    assert "Copies of emails" in page
    assert "Reports from email providers" in page
    assert "Emails from your calendar" in page


def test_the_address_of_one_who_left_is_kept_until_they_erase_it_as_the_page_says(
    client: Client, brand: Brand, ada: Subscriber
) -> None:
    unsubscribe_all(ada.pk, method=ConsentMethod.MAIL_LINK)
    forget_expired(now=timezone.now() + timedelta(days=36_500))
    assert Subscriber.objects.get().email == ada.email
    assert list(ada.subscriptions.values_list("status", flat=True)) == ["unsubscribed"]
    page = client.get("/privacy/").content.decode()
    assert page.count("Until you erase it. Unsubscribing does not erase it") == 5
    assert "no longer on the list" not in page


def test_the_page_follows_the_settings(client: Client, brand: Brand, settings: Settings) -> None:
    settings.KEEP_UNCONFIRMED = timedelta(days=17)
    assert "17 days" in client.get("/privacy/").content.decode()


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (timedelta(days=30), "30 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=365), "12 months"),
        (timedelta(days=730), "24 months"),
        (timedelta(days=731), "24 months"),
        (timedelta(days=400), "400 days"),
        (timedelta(hours=6), "6 hours"),
    ],
)
def test_periods_are_told_as_people_say_them(period: timedelta, words: str) -> None:
    assert period_in_words(period) == words


FOR_STAFF = {
    "Campaign",
    "Event",
    "PasswordRequest",
    "StaffInvitation",
    "StaffSession",
    "TopicGrant",
}
"""Tables that hold data of staff, not of visitors and subscribers."""


def test_every_table_with_data_of_people_is_on_the_page() -> None:
    named = {table for kept in KEPT for table in kept.tables}
    personal = {model.__name__ for model in WITH_PERSONAL_DATA}

    assert named <= {model.__name__ for model in models_of_ours()}
    assert personal - named - FOR_STAFF == set()


@pytest.mark.parametrize(
    ("providers", "said"),
    [
        (["ses", "smtp", "ses"], "Our emails are delivered by: Amazon SES, a mail server (SMTP)."),
        (["inbox", "postmark"], "Our emails are delivered by: Postmark."),
        (["inbox"], ""),
    ],
)
def test_who_delivers_our_email_is_named_by_its_kind_and_by_nothing_secret(
    client: Client, brand: Brand, settings: Settings, providers: list[str], said: str
) -> None:
    settings.MAILER_SETTINGS = {
        str(number): SimpleNamespace(provider=provider, options={"password": "hidden-secret"})
        for number, provider in enumerate(providers)
    }

    page = unescape(client.get("/privacy/").content.decode())

    assert said in page
    assert ("Our emails are delivered by" in page) is bool(said)
    assert "hidden-secret" not in page


def test_links_are_spoken_of_in_one_paragraph_that_denies_and_admits(
    client: Client, brand: Brand
) -> None:
    paragraphs = unescape(client.get("/privacy/").content.decode()).split("<p>")
    [about_links] = [each for each in paragraphs if "click" in each or "link is opened" in each]
    assert "We don’t track whether you open our emails or which links you click." in about_links
    assert "we count how often each link is opened, by all readers together" in about_links
