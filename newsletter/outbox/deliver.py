"""Delivery of single messages: claim the next that wait, dispatch each, settle all together."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

from django.conf import settings

from newsletter.brand.current import current_brand
from newsletter.core.db.clock import database_now
from newsletter.core.db.retry import db_retry
from newsletter.core.db.transition import transition
from newsletter.core.shutdown import is_stopping
from newsletter.core.standstill import elapsed
from newsletter.core.wake import wake
from newsletter.epoch.hold import held
from newsletter.metrics.measure import count_dispatch
from newsletter.models import Brand, TransactionalMessage
from newsletter.outbox.claim_messages import ClaimedMessages, claim_due, claim_one
from newsletter.outbox.due import due
from newsletter.outbox.outgoing import dispatch_message
from newsletter.outbox.queue import DELIVERING
from newsletter.outbox.settle import Settled, settle_messages
from newsletter.states import MESSAGE_TRANSITIONS, MessageStatus, Stream
from newsletter.transport.bulk.journal import Journal, JournalBroken
from newsletter.transport.results.result import Outcome, Result

logger = logging.getLogger(__name__)

SWEEP_BATCH = 100
"""Due messages that one run of `sweep` counts."""
CLAIM_SIZE = 20
"""The most messages of one claim. After each claim what waits is looked at anew, so that whoever is
trusted more, and comes meanwhile, goes first.
"""
CLAIM_OPEN = 0.5
"""Seconds after a claim in which its messages may begin; the rest is given back.

So nobody is written to who had left half a second before, however slow the mailer is, and none of
the rest waits behind it while another worker is free.
"""
SLICE = 1.0
"""Seconds after which a worker begins no further message, and lets other tasks have their turn.

In a flood each worker may be at its messages: a form that is trusted more waits for so long. And a
slow server must not run a worker into the time limit of tasks, which would put the message in hand
in doubt.
"""


class LeaseOver(TimeoutError):
    """A message was not begun, because its claim may have run out by the time it ends."""


@dataclass(frozen=True, slots=True)
class OutboxTurn:
    """One turn of a worker, and what it came to.

    Args:
        dispatched: how many messages, whatever became of them.
        more: whether more are due. False where the mailer or this host takes nothing at all: the
            clock wakes a worker after a while.
    """

    dispatched: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class _Batch:
    """The messages of one claim, and what became of those that were begun."""

    claimed: ClaimedMessages
    results: Mapping[int, Result] = field(default_factory=dict)
    settled: Settled = field(default_factory=dict)

    @property
    def was_cut_short(self) -> bool:
        return len(self.results) < len(self.claimed.messages)

    @property
    def was_turned_away(self) -> bool:
        """Return whether the mailer takes nothing at all just now."""
        return any(result.mailer_wide for result in self.results.values())

    @property
    def wait_again(self) -> set[int]:
        """Return the ids of the messages that were begun in vain."""
        return {pk for pk in self.results if self.settled.get(pk) == MessageStatus.QUEUED}


class _Claims(Protocol):
    def __call__(self, *, token: UUID, brand: Brand) -> ClaimedMessages: ...


def deliver(message_id: int) -> MessageStatus | None:
    """Claim one message, dispatch it and settle it.

    Returns:
        The state that it is in now. None where there was nothing to claim: it is gone, it is not
            due, somebody else was faster, or sending is held (newsletter.epoch.hold).
    """
    try:
        batch = _deliver_batch(partial(claim_one, message_id), end=elapsed() + SLICE)
    except JournalBroken as error:
        _log_broken(error)
        return None
    return batch.settled.get(message_id)


def deliver_due(*, limit: int | None = None, seconds: float | None = None) -> int:
    """Deliver messages that wait, as `take_turn` does, and return how many were dispatched."""
    return take_turn(limit=limit, seconds=seconds).dispatched


def take_turn(*, limit: int | None = None, seconds: float | None = None) -> OutboxTurn:
    """Deliver the messages that wait, the most trusted first, and of those the oldest.

    It ends when none waits, when `limit` were dispatched or `seconds` (else SLICE) have passed,
    when this process is to end, or when the mailer or this host's disk takes nothing at all.
    """
    if held():
        return OutboxTurn(0)
    end = elapsed() + (SLICE if seconds is None else seconds)
    size, dispatched, tried = CLAIM_SIZE, 0, set[int]()
    while True:
        wanted = size if limit is None else min(size, limit - dispatched)
        try:
            batch = _deliver_batch(partial(claim_due, size=wanted, besides=tried), end=end)
        except JournalBroken as error:
            _log_broken(error)
            return OutboxTurn(dispatched)
        dispatched += len(batch.results)
        tried |= batch.wait_again
        if batch.claimed.found_nothing or batch.was_turned_away:
            return OutboxTurn(dispatched)
        if dispatched == limit or elapsed() >= end or is_stopping():
            return OutboxTurn(dispatched, more=due(database_now()).exists())
        # What a slow mailer doesn't take in time needn't be claimed.
        size = len(batch.results) if batch.was_cut_short else min(2 * size, CLAIM_SIZE)


def sweep(*, now: datetime | None = None) -> int:
    """Put the claims of lost workers in doubt, and wake a worker for the messages that are due.

    The token stays, so that a worker which only stood still can clear the doubt. One waking serves
    all due messages, so that nothing piles up on the broker while workers are down.

    Returns:
        How many rows it found: expired claims, and due messages up to SWEEP_BATCH.
    """
    now = now or database_now()
    expired = transition(
        TransactionalMessage.objects.filter(lease_until__lt=now),
        MESSAGE_TRANSITIONS,
        MessageStatus.UNCERTAIN,
        lease_until=None,
        reason="The worker that was sending this email has stopped. It may have been sent.",
    )
    waiting = due(now).order_by()[:SWEEP_BATCH].count()
    if waiting and not held():
        wake(DELIVERING, queue="transactional")
    return expired + waiting


def outbox_journals() -> Path:
    """Return the folder of the journals of the messages that this host's workers have claimed."""
    folder: Path = settings.VAR_DIR / "outbox"
    return folder


def _log_broken(error: JournalBroken) -> None:
    # This is a fault of this host alone. The clock wakes workers again, and those of other hosts go
    # on.
    logger.error("No message is sent from here, because none could be noted (%s)", error)


# --- One claim ---


def _deliver_batch(claim: _Claims, *, end: float) -> _Batch:
    """Claim messages, dispatch them and settle them.

    Args:
        end: by `elapsed`; only the first message may begin afterwards.

    Raises:
        JournalBroken: nothing was claimed, because it could not have been noted.
    """
    # The brand before the claim: what fails here leaves no message in doubt.
    brand, token = current_brand(), uuid4()
    # A message whose connection has to be made anew may take longer than LEASE_MARGIN. It is then
    # settled by its token.
    lease, now = settings.CLAIM_LEASE.total_seconds(), elapsed()
    closes_at = now + lease * (1 - settings.LEASE_MARGIN)
    # The journal before the claim, as with campaigns: a worker that dies between the two leaves
    # an empty journal, not a claim without one.
    mailer = settings.MAILER_SETTINGS[Stream.TRANSACTIONAL].name
    with Journal(outbox_journals(), str(token), {"mailer": mailer}) as journal:
        claimed = claim(token=token, brand=brand)
        if not claimed.messages:
            journal.delete()
            return _Batch(claimed)
        results = _dispatch_each(
            claimed.messages,
            brand,
            journal,
            closes_at=closes_at,
            end=min(end, now + CLAIM_OPEN),
        )
        settled = db_retry(
            partial(settle_messages, claimed.messages, results),
            what=f"Messages {', '.join(str(message.pk) for message in claimed.messages)}",
        )
        journal.delete()
    return _Batch(claimed, results, settled)


def _dispatch_each(
    messages: Sequence[TransactionalMessage],
    brand: Brand,
    journal: Journal,
    *,
    closes_at: float,
    end: float,
) -> dict[int, Result]:
    """Dispatch claimed messages one after the other.

    Args:
        closes_at: by `elapsed`; nothing begins afterwards, so that the slowest message still ends
            within the lease.
        end: by `elapsed`; no message but the first begins afterwards.

    Returns:
        What became of them, by id. Those that are missing were not begun.
    """
    results = dict[int, Result]()
    for message in messages:
        if results and (elapsed() >= end or is_stopping()):
            break
        result = _dispatched(message, brand, partial(_begin, journal, message.pk, closes_at))
        results[message.pk] = result
        # Even where the disk is full: what this process knows is settled by it.
        with suppress(JournalBroken):
            journal.note(ended=[(message.pk, result)])
        if result.mailer_wide:
            break
    return results


def _dispatched(message: TransactionalMessage, brand: Brand, begin: Callable[[], None]) -> Result:
    """Dispatch one message. One that can't even be made keeps no other from being sent."""
    begun = list[float]()

    def begin_once() -> None:
        begin()
        begun.append(elapsed())

    try:
        result = dispatch_message(message, brand, begin=begin_once)
    except Exception as error:
        logger.exception("Message %s could not be sent", message.pk)
        result = Result(
            Outcome.UNKNOWN if begun else Outcome.LATER,
            reason=f"This email could not be sent, by a fault of ours ({type(error).__name__}).",
            mailer=message.mailer,
        )
    mailer = settings.MAILER_SETTINGS[Stream.TRANSACTIONAL].name
    count_dispatch(mailer, result.outcome, elapsed() - begun[0] if begun else None)
    return result


def _begin(journal: Journal, message_id: int, closes_at: float) -> None:
    """Note that the message's first byte is about to leave.

    Args:
        closes_at: by `elapsed`, which goes on while the machine is suspended.

    Raises:
        LeaseOver: this worker stood still for so long that others may have decided about the
            message.
        JournalBroken: it can't be noted.
    """
    if elapsed() >= closes_at:
        raise LeaseOver("its lease was nearly over before it could begin")
    journal.note(begun=[message_id])
