"""Staff send a message again, or settle it: only where it may not have arrived, and once."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import TransactionalMessage
from newsletter.outbox.send_again import (
    RESOLUTIONS,
    USEFUL_FOR,
    MessageActionRefused,
    resolve_message,
    send_again,
)
from newsletter.signals import asked_before_attempt
from newsletter.states import MESSAGE_KINDS, MessageStatus

pytestmark = pytest.mark.django_db
NOBODYS = address_digest("nobody@example.org")
"""Of an address that no other app knows, so that only the outbox's own reasons count."""


def failed(
    kind: str = "proof", *, ago: timedelta = timedelta(minutes=5), **columns: Any
) -> TransactionalMessage:
    columns = {"status": MessageStatus.FAILED, "settled_at": timezone.now(), **columns}
    message = TransactionalMessage.objects.create(
        kind=kind, digest=NOBODYS, to="nobody@example.org", attempt=3, **columns
    )
    TransactionalMessage.objects.filter(pk=message.pk).update(created_at=timezone.now() - ago)
    message.refresh_from_db()
    return message


def refused(message: TransactionalMessage) -> str:
    """Ask for it to be sent again, expect a refusal, and return its reason."""
    before = TransactionalMessage.objects.filter(pk=message.pk).values().get()
    with pytest.raises(MessageActionRefused) as caught:
        send_again(message.pk, by="sam")
    assert TransactionalMessage.objects.filter(pk=message.pk).values().get() == before
    return str(caught.value)


@pytest.mark.parametrize("status", [MessageStatus.FAILED, MessageStatus.UNCERTAIN])
def test_what_may_not_have_arrived_is_sent_again_in_a_persons_name(status: MessageStatus) -> None:
    message = failed(status=status, claim_token=uuid4(), retry_at=timezone.now())

    send_again(message.pk, by="sam")

    message.refresh_from_db()
    assert message.status == MessageStatus.QUEUED
    assert "sam" in message.reason
    assert (message.claim_token, message.retry_at, message.settled_at) == (None, None, None)
    assert message.attempt == 1, "a further attempt, about which its owner's wish is asked"
    assert message.sent_again_at


@pytest.mark.parametrize(
    "status",
    [
        MessageStatus.QUEUED,
        MessageStatus.CLAIMED,
        MessageStatus.ACCEPTED,
        MessageStatus.SKIPPED,
    ],
)
def test_what_waits_was_sent_or_was_skipped_is_not_sent_again(status: MessageStatus) -> None:
    assert refused(failed(status=status, claim_token=uuid4(), lease_until=timezone.now()))


@pytest.mark.parametrize(
    "columns",
    [
        {"delivered_at": timezone.now()},
        {"bounced_at": timezone.now()},
        {"forgotten_at": timezone.now()},
        {"sent_again_at": timezone.now() - timedelta(hours=23)},
    ],
    ids=lambda columns: next(iter(columns)),
)
def test_what_is_known_of_a_message_forbids_it(columns: dict[str, Any]) -> None:
    assert refused(failed(**columns))


def test_a_day_after_it_was_sent_again_it_may_be_once_more() -> None:
    message = failed("address_changed", sent_again_at=timezone.now() - timedelta(hours=25))

    send_again(message.pk, by="sam")

    message.refresh_from_db()
    assert message.status == MessageStatus.QUEUED


def test_a_newer_one_of_its_kind_forbids_it() -> None:
    message = failed()
    failed("erased")
    skipped = failed(status=MessageStatus.SKIPPED)
    send_again(message.pk, by="sam")  # neither another kind nor one that was skipped counts

    older = failed()
    failed()
    assert older.pk > skipped.pk
    assert refused(older)


def test_every_kind_has_a_period_of_its_own() -> None:
    assert USEFUL_FOR.keys() == MESSAGE_KINDS.keys()


@pytest.mark.parametrize(
    ("kind", "useful_for"),
    [
        ("proof", timedelta(days=1)),
        ("address_changed", timedelta(days=7)),
        ("new_address", settings.OWNER_LINK_LIFETIME),
        ("application_declined", timedelta(days=30)),
        ("staff_invitation", settings.INVITATION_LIFETIME),
    ],
)
def test_what_is_too_old_to_be_of_use_is_not_sent_again(kind: str, useful_for: timedelta) -> None:
    a_minute = timedelta(minutes=1)
    young = failed(kind, ago=useful_for - a_minute)
    send_again(young.pk, by="sam")
    TransactionalMessage.objects.all().delete()

    assert refused(failed(kind, ago=useful_for + a_minute))


@contextmanager
def objecting(why: str) -> Iterator[list[bool]]:
    """An app above that objects, and hears whether a person asked."""
    heard: list[bool] = []

    def object_to(
        *, messages: Sequence[TransactionalMessage], by_person: bool, **_: object
    ) -> dict[int, str]:
        heard.append(by_person)
        return {message.pk: why for message in messages}

    asked_before_attempt.connect(object_to)
    try:
        yield heard
    finally:
        asked_before_attempt.disconnect(object_to)


def test_an_app_that_knows_the_person_may_object() -> None:
    with objecting("They have moved away.") as heard:
        assert refused(failed()) == "They have moved away."
    assert heard == [True]

    with objecting(""):
        send_again(failed().pk, by="sam")


def test_a_message_that_is_gone_is_refused() -> None:
    with pytest.raises(MessageActionRefused):
        send_again(2**40, by="sam")
    with pytest.raises(MessageActionRefused):
        resolve_message(2**40, to=MessageStatus.ACCEPTED, by="sam")


@pytest.mark.parametrize("to", RESOLUTIONS)
def test_a_person_settles_a_message_in_doubt_for_good(to: MessageStatus) -> None:
    message = failed(status=MessageStatus.UNCERTAIN, claim_token=uuid4(), settled_at=None)

    resolve_message(message.pk, to=to, by="sam")

    message.refresh_from_db()
    assert message.status == to
    assert "sam" in message.reason
    assert message.claim_token is None, "no late worker may contradict a person"
    assert message.settled_at


@pytest.mark.parametrize(
    "status", [status for status in MessageStatus if status != MessageStatus.UNCERTAIN]
)
def test_only_a_message_in_doubt_is_settled(status: MessageStatus) -> None:
    message = failed(status=status, claim_token=uuid4(), lease_until=timezone.now())

    with pytest.raises(MessageActionRefused):
        resolve_message(message.pk, to=MessageStatus.ACCEPTED, by="sam")

    message.refresh_from_db()
    assert message.status == status


@pytest.mark.parametrize("to", [status for status in MessageStatus if status not in RESOLUTIONS])
def test_a_message_is_settled_as_sent_or_failed_alone(to: MessageStatus) -> None:
    message = failed(status=MessageStatus.UNCERTAIN)

    with pytest.raises(MessageActionRefused):
        resolve_message(message.pk, to=to, by="sam")

    message.refresh_from_db()
    assert message.status == MessageStatus.UNCERTAIN


@pytest.mark.postgres
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite runs one writing transaction at a time"
)
@pytest.mark.django_db(transaction=True)
def test_of_many_who_send_it_again_at_once_one_does() -> None:
    message = failed()
    crowd = 6
    start = Barrier(crowd)

    def run(number: int) -> bool:
        start.wait(timeout=30)
        try:
            send_again(message.pk, by=f"sam {number}")
        except MessageActionRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(crowd) as pool:
        assert sum(pool.map(run, range(crowd))) == 1
