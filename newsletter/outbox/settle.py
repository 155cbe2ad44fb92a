"""Settling of single messages: what became of an attempt is written into the row."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.db.models import F

from newsletter.core.db.by_row import by_row
from newsletter.core.db.clock import database_now
from newsletter.core.db.transition import transition
from newsletter.models import TransactionalMessage
from newsletter.states import MESSAGE_TRANSITIONS, MessageStatus
from newsletter.transport.pacing.retry import concluded, counts, wait_after
from newsletter.transport.results.result import Outcome, Result

_STATUS = {
    Outcome.ACCEPTED: MessageStatus.ACCEPTED,
    Outcome.REFUSED: MessageStatus.FAILED,
    Outcome.UNKNOWN: MessageStatus.UNCERTAIN,
    Outcome.LATER: MessageStatus.QUEUED,
    Outcome.MISCONFIGURED: MessageStatus.QUEUED,
}

type Settled = dict[int, MessageStatus]
"""The states that messages have entered, by id."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A change that many messages may have alike, so that one UPDATE does for all.

    Args:
        was_begun: False where the message goes back as it was before the claim.
        reason: None leaves the one that it has.
    """

    to: MessageStatus
    was_begun: bool = True
    is_attempt: bool = True
    mailer: str = ""
    reason: str | None = None
    retry_at: datetime | None = None


def settle_message(message: TransactionalMessage, result: Result) -> MessageStatus | None:
    """Write down what became of one claimed message, as `settle_messages` does.

    Returns:
        The state that it is in now, or None where nothing changed.
    """
    return settle_messages([message], {message.pk: result}).get(message.pk)


def settle_messages(
    messages: Sequence[TransactionalMessage], results: Mapping[int, Result]
) -> Settled:
    """Write down what became of the messages of one claim, in a handful of statements.

    Nothing is written of those about which somebody else has decided since. Recovery calls it too,
    in the stead of a worker that is gone.

    Args:
        messages: as they were claimed.
        results: by id; a message without one was not begun, and waits again as if it had never been
            claimed.

    Returns:
        The states that they are in now, without those of which nothing was written.

    Raises:
        DataError, IntegrityError, ValueError: of a message that can't be settled. The others are.
    """
    try:
        return _settled_together(messages, results)
    except (DataError, IntegrityError, ValueError):
        if len(messages) == 1:
            raise
    settled: Settled = {}
    failures = list[Exception]()
    for message in messages:
        try:
            settled |= _settled_together([message], results)
        except (DataError, IntegrityError, ValueError) as error:
            failures.append(error)
    for failure in failures:
        raise failure
    return settled


@transaction.atomic
def _settled_together(
    messages: Sequence[TransactionalMessage], results: Mapping[int, Result]
) -> Settled:
    token = messages[0].claim_token
    rows = TransactionalMessage.objects.filter(claim_token=token)
    # In one order, as everybody takes them who holds more than one.
    held = rows.filter(pk__any_of=[message.pk for message in messages]).select_for_update()
    present = dict(held.order_by("pk").values_list("pk", "status"))
    now = database_now()
    ids_by_change = defaultdict[_Change, list[int]](list)
    settled: Settled = {}
    for message in messages:
        status, result = present.get(message.pk), results.get(message.pk)
        change = _change(message, result, now=now) if result else _given_back(status)
        if status in MESSAGE_TRANSITIONS[change.to]:
            ids_by_change[change].append(message.pk)
            settled[message.pk] = change.to
    for change, ids in ids_by_change.items():
        columns = _columns(change, {pk: results[pk] for pk in ids if pk in results}, now=now)
        transition(rows.filter(pk__any_of=ids), MESSAGE_TRANSITIONS, change.to, **columns)
    return settled


def _given_back(status: str | None) -> _Change:
    # What a sweep said of it when it called it uncertain is not true any more.
    reason = "" if status == MessageStatus.UNCERTAIN else None
    return _Change(MessageStatus.QUEUED, was_begun=False, is_attempt=False, reason=reason)


def _change(message: TransactionalMessage, result: Result, *, now: datetime) -> _Change:
    result = concluded(result, attempt=message.attempt)
    status, retry_at = _STATUS[result.outcome], None
    if status is MessageStatus.QUEUED:
        misconfigured = result.outcome is Outcome.MISCONFIGURED
        retry_at = now + (
            settings.MAILER_CIRCUIT
            if misconfigured
            else wait_after(result, attempt=message.attempt)
        )
    return _Change(
        status,
        is_attempt=counts(result),
        mailer=result.mailer,
        reason=result.reason,
        retry_at=retry_at,
    )


def _columns(change: _Change, results: Mapping[int, Result], *, now: datetime) -> dict[str, Any]:
    columns: dict[str, Any] = {"claim_token": None, "lease_until": None}
    if not change.is_attempt:
        columns["attempt"] = F("attempt") - 1
    if change.reason is not None:
        columns["reason"] = change.reason
    if not change.was_begun:
        return columns
    columns |= {"mailer": change.mailer, "retry_at": change.retry_at}
    if change.to is MessageStatus.QUEUED:
        return columns
    ids = {
        pk: result.provider_message_id
        for pk, result in results.items()
        if result.provider_message_id
    }
    return columns | {
        "settled_at": now,
        "provider_message_id": by_row(ids) if ids else "",
    }
