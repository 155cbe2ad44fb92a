"""Webhooks that are refused and mailboxes that can't be read are found."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from campaigns.reports.diagnostics.coming_in import mailboxes, webhooks
from campaigns.reports.diagnostics.finding import Level
from newsletter.core.db.clock import database_now
from newsletter.models import Intake
from newsletter.transport.config.mailbox_url import parse_mailbox_url
from newsletter.webhooks.intake import BOUNCES, REPLIES, note_failure, note_success
from tests.campaigns.reports.diagnostics.findings import told_by

pytestmark = pytest.mark.django_db
LOCKED = "imap.example.org says: locked."


@pytest.fixture(autouse=True)
def _set_up(settings: Settings) -> None:
    settings.BOUNCE_MAILBOX = parse_mailbox_url("imaps://bounces:pw@mail.example.org/INBOX")
    settings.REPLY_MAILBOX = None


def older(seconds: int) -> None:
    """Let all that fails have begun and last failed so long ago."""
    then = database_now() - timedelta(seconds=seconds)
    Intake.objects.update(failing_since=then, failed_at=then)


def of_mailboxes() -> list[tuple[Level, str]]:
    return [(each.level, each.about) for each in told_by("mailboxes", mailboxes(database_now()))]


def of_webhooks() -> list[tuple[Level, str]]:
    return [(each.level, each.about) for each in told_by("webhooks", webhooks(database_now()))]


def test_one_failure_of_a_mailbox_is_no_finding_and_two_are() -> None:
    assert of_mailboxes() == [(Level.FINE, "")]
    note_failure(BOUNCES, LOCKED)
    assert of_mailboxes() == [(Level.FINE, "")]
    older(20)
    assert of_mailboxes() == [(Level.MEND, BOUNCES)]
    [found] = told_by("mailboxes", mailboxes(database_now()))
    assert "BOUNCE_MAILBOX_URL can't be read since" in found.words
    assert LOCKED in found.quote
    assert LOCKED not in found.words
    note_success(BOUNCES)
    assert of_mailboxes() == [(Level.FINE, "")]


def test_a_mailbox_that_is_set_up_no_more_is_no_finding(settings: Settings) -> None:
    note_failure(BOUNCES, LOCKED)
    note_failure(REPLIES, LOCKED)
    older(20)
    settings.BOUNCE_MAILBOX = None
    assert [each.words for each in told_by("mailboxes", mailboxes(database_now()))] == [
        "No mailbox is read."
    ]


def test_refused_webhooks_are_found_until_one_is_right_or_an_hour_has_passed() -> None:
    assert of_webhooks() == [(Level.FINE, "")]
    note_failure("postmark", "The secret is wrong or missing.")
    assert of_webhooks() == [(Level.LOOK, "postmark")]
    [found] = told_by("webhooks", webhooks(database_now()))
    assert "Webhooks of Postmark are refused since" in found.words
    note_success("postmark")
    assert of_webhooks() == [(Level.FINE, "")]
    note_failure("postmark", "The secret is wrong or missing.")
    older(3700)
    assert of_webhooks() == [(Level.FINE, "")]
