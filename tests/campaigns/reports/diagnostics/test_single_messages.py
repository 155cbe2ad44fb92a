"""Checks of single messages that can't leave."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from campaigns.reports.diagnostics.finding import Level
from newsletter.models import TransactionalMessage
from newsletter.states import MessageStatus
from tests.campaigns.reports.diagnostics.findings import NOW, REASON, ago, seen, to_mend

pytestmark = pytest.mark.django_db


def a_message(*, written: datetime, **columns: object) -> TransactionalMessage:
    message = TransactionalMessage.objects.create(kind="confirmation", digest="0" * 64, **columns)
    TransactionalMessage.objects.filter(pk=message.pk).update(created_at=written)
    return message


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    "next_try",
    [timedelta(hours=-0.01), timedelta(seconds=1), timedelta(minutes=9), timedelta(hours=2)],
)
def test_a_message_that_was_tried_in_vain_is_found_whenever_it_is_tried_next(
    next_try: timedelta,
) -> None:
    a_message(written=ago(hours=3), retry_at=NOW + next_try, reason=REASON, attempt=9)
    assert REASON in to_mend("messages", now=NOW)
    assert to_mend("clock", now=NOW) == ""


def test_it_is_found_while_it_is_being_tried_too() -> None:
    a_message(
        written=ago(hours=3),
        status=MessageStatus.CLAIMED,
        claim_token="00000000-0000-4000-8000-000000000000",
        lease_until=NOW + timedelta(minutes=1),
        reason=REASON,
    )
    assert REASON in to_mend("messages", now=NOW)
    assert to_mend("clock", now=NOW) == ""


def test_one_that_nobody_tries_any_more_shows_dead_workers() -> None:
    a_message(written=ago(hours=3), retry_at=ago(minutes=10), reason=REASON, attempt=3)
    assert "transactional email has been waiting" in to_mend("clock", now=NOW)
    assert to_mend("messages", now=NOW) == ""


def test_a_message_that_is_new_is_no_fault() -> None:
    a_message(
        written=ago(seconds=30), retry_at=NOW + timedelta(seconds=10), reason=REASON, attempt=1
    )
    assert seen("messages", "clock", now=NOW) == set()


def test_a_message_that_was_sent_again_counts_from_then() -> None:
    a_message(written=ago(days=1), sent_again_at=ago(seconds=30))
    assert seen("messages", "clock", now=NOW) == set()


def test_a_long_queue_that_moves_is_not_blamed_on_the_workers() -> None:
    a_message(written=ago(minutes=10))
    a_message(written=ago(minutes=11), status=MessageStatus.ACCEPTED, settled_at=ago(seconds=5))
    assert seen("messages", "clock", now=NOW) == {("messages", Level.LOOK)}


def test_a_single_message_that_waits_is_found() -> None:
    message = TransactionalMessage.objects.create(kind="confirmation", digest="0" * 64)
    assert to_mend("clock") == ""
    TransactionalMessage.objects.filter(pk=message.pk).update(
        created_at=timezone.now() - timedelta(minutes=10)
    )
    assert "transactional email has been waiting" in to_mend("clock")
    TransactionalMessage.objects.create(
        kind="confirmation",
        digest="1" * 64,
        reason="421 try later",
        retry_at=timezone.now() + timedelta(minutes=1),
    )
    assert to_mend("clock") == ""
    assert (
        to_mend("messages")
        == "Transactional emails are waiting, and the last attempt failed: 421 try later"
    )
