"""Delivery of single messages: claim a row, dispatch it, settle it."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from newsletter.brand.current import current_brand
from newsletter.brand.neutral import is_ready
from newsletter.brand.sender_identity import sender_identity
from newsletter.core.db.clock import database_now
from newsletter.core.db.retry import db_retry
from newsletter.core.db.transition import transition
from newsletter.core.standstill import elapsed
from newsletter.core.tokens import Purpose, make_token
from newsletter.core.wake import wake
from newsletter.epoch.advance import advance_unless_held
from newsletter.epoch.hold import held
from newsletter.models import Brand, ProviderEvent, TransactionalMessage
from newsletter.outbox.discreet import discreet_form, hold_discreet, is_for_discreet
from newsletter.outbox.due import due, next_due
from newsletter.outbox.reported_by_provider import settle_reported_message
from newsletter.outbox.settle import settle_message
from newsletter.signals import asked_before_attempt
from newsletter.states import MESSAGE_TRANSITIONS, MessageStatus, Stream
from newsletter.transport.bulk.journal import Journal, JournalBroken
from newsletter.transport.connections.transmit import dispatch_single
from newsletter.transport.message.envelope import OutgoingMessage
from newsletter.transport.message.headers import message_id as message_id_of
from newsletter.transport.message.headers import notice_headers
from newsletter.transport.results.result import Outcome, Result

logger = logging.getLogger(__name__)

SWEEP_BATCH = 100
"""Messages that one run of `deliver_due` dispatches."""
LOOK_AGAIN = 10
"""Messages after which `deliver_due` looks what waits: something more trusted may have come."""
SLICE = 30.0
"""Seconds after which `deliver_due` begins no further message.

A slow server must not run it into the time limit of tasks, which would put the message in hand in
doubt. The clock wakes the next run.
"""


class LeaseOver(TimeoutError):
    """A message was not begun, because its claim may have run out by the time it ends."""


def deliver(message_id: int) -> MessageStatus | None:
    """Claim one message, dispatch it and settle it.

    Returns:
        The state that it is in now. None where there was nothing to claim: it is gone, it is not
            due, somebody else was faster, or sending is held (newsletter.epoch.hold).
    """
    try:
        status, _ = _attempt(message_id)
    except JournalBroken as error:
        _log_broken(message_id, error)
        return None
    return status


def deliver_due(*, limit: int = SWEEP_BATCH, seconds: float = SLICE) -> int:
    """Deliver the messages that wait, the most trusted first, and of those the oldest.

    It ends when `seconds` have passed, or when the mailer or this host's disk takes nothing at all.

    Returns:
        How many messages this caller dispatched, whatever became of them.
    """
    if held():
        return 0
    end, tried, dispatched = time.monotonic() + seconds, set[int](), 0
    while chosen := next_due(
        database_now(), limit=min(LOOK_AGAIN, limit - dispatched), besides=tried
    ):
        for pk in chosen:
            tried.add(pk)
            try:
                status, result = _attempt(pk)
            except JournalBroken as error:
                _log_broken(pk, error)
                return dispatched
            dispatched += status is not None
            if time.monotonic() >= end or (result is not None and result.mailer_wide):
                return dispatched
    return dispatched


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
        wake("newsletter.deliver_due", queue="transactional")
    return expired + waiting


def outbox_journals() -> Path:
    """Return the folder of the journals of the messages that this host's workers have claimed."""
    folder: Path = settings.VAR_DIR / "outbox"
    return folder


def _attempt(message_id: int) -> tuple[MessageStatus | None, Result | None]:
    """
    Raises:
        JournalBroken: nothing was claimed, because it could not have been noted.
    """
    # The brand before the claim: what fails here leaves no message in doubt.
    brand, token = current_brand(), uuid4()
    # A message whose connection has to be made anew may take longer than LEASE_MARGIN. It is then
    # settled by its token.
    lease = settings.CLAIM_LEASE.total_seconds()
    closes_at = elapsed() + lease * (1 - settings.LEASE_MARGIN)
    # The journal before the claim, as with campaigns: a worker that dies between the two leaves
    # an empty journal, not a claim without one.
    with Journal(outbox_journals(), str(token), {"message": message_id}) as journal:
        message = claim_message(message_id, token=token, brand=brand)
        if message is None:
            journal.delete()
            return None, None
        result = dispatch_message(
            message, brand, begin=partial(_begin, journal, message_id, closes_at=closes_at)
        )
        # Even where the disk is full: what this process knows is settled below.
        with suppress(JournalBroken):
            journal.note(ended=[(message_id, result)])
        status = db_retry(partial(settle_message, message, result), what=f"Message {message_id}")
        journal.delete()
    return status, result


def _log_broken(message_id: int, error: JournalBroken) -> None:
    # This is a fault of this host alone. The clock wakes workers again, and those of other hosts go
    # on.
    logger.error(
        "Message %s is not sent from here, because it could not be noted (%s)", message_id, error
    )


def _begin(journal: Journal, message_id: int, *, closes_at: float) -> None:
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


# --- Claim ---


def claim_message(
    message_id: int, *, token: UUID | None = None, brand: Brand | None = None
) -> TransactionalMessage | None:
    """Claim one message, and commit the claim.

    Args:
        token: the claim's name, where it has been given one already.
        brand: by which it will be sent; None: the brand as it is now.

    Returns:
        The message. None where it is not due, must not be sent now or any more, or somebody else
            was faster.
    """
    # By the database's clock: other hosts must not take a lease for expired because this host's
    # clock is wrong.
    now = database_now()
    # Durable: the claim must be in the database before the first byte is on the wire, or a crash
    # could send a second copy.
    with transaction.atomic(durable=True):
        message = due(now).select_for_update(skip_locked=True).filter(pk=message_id).first()
        if message is None or advance_unless_held(now=now) or _must_not_leave(message, now=now):
            return None
        message.is_discreet = is_for_discreet(message)
        if message.is_discreet and not is_ready(brand or current_brand()):
            hold_discreet(message, now=now)
            return None
        message.claim_token, message.lease_until = token or uuid4(), now + settings.CLAIM_LEASE
        message.status, message.attempt = MessageStatus.CLAIMED, message.attempt + 1
        changes = {
            name: getattr(message, name)
            for name in ("claim_token", "lease_until", "attempt", "is_discreet")
        }
        transition(
            TransactionalMessage.objects.filter(pk=message_id),
            MESSAGE_TRANSITIONS,
            MessageStatus.CLAIMED,
            **changes,
        )
        return message


def _must_not_leave(message: TransactionalMessage, *, now: datetime) -> bool:
    """Settle a message that must not be sent, and return whether that was so.

    Something may have come after an earlier attempt that keeps it from being sent again.
    """
    if settle_reported_message(message):
        return True
    rows = TransactionalMessage.objects.filter(pk=message.pk)
    was_tried = bool(message.attempt or message.mailer)
    if (
        was_tried
        and ProviderEvent.objects.filter(interpreted_at=None, message_id=message.pk).exists()
    ):
        # The row was locked when a provider's event about it was processed. That event comes again
        # within seconds.
        rows.update(retry_at=now + settings.WAKE_AFTER)
        return True
    answers = asked_before_attempt.send(sender=None, message=message, by_person=False)
    why = next((why for _, why in answers if why), "")
    if why:
        transition(
            rows,
            MESSAGE_TRANSITIONS,
            MessageStatus.SKIPPED,
            reason=why,
            retry_at=None,
            settled_at=now,
        )
    return bool(why)


# --- Dispatch ---


def dispatch_message(
    message: TransactionalMessage, brand: Brand, *, begin: Callable[[], None] | None = None
) -> Result:
    """Send a claimed message by the transactional mailer.

    Args:
        begin: called before the first byte leaves; where it raises, the message is not sent.

    Returns:
        What became of it. Nothing is raised.
    """
    if not brand.may_send:
        return Result(
            Outcome.MISCONFIGURED,
            reason="The brand has no sender address or postal address. Add it under Brand.",
        )
    if message.forgotten_at is not None:
        return Result(Outcome.REFUSED, reason="Its text was deleted before it could be sent.")
    outgoing = discreet_form(message, brand) if message.is_discreet else _usual(message, brand)
    return dispatch_single(outgoing, stream=Stream.TRANSACTIONAL, begin=begin)


def _usual(message: TransactionalMessage, brand: Brand) -> OutgoingMessage:
    sender = sender_identity(brand)
    ref = make_token(Purpose.MESSAGE, message.pk)
    return OutgoingMessage(
        to=message.to,
        to_name=message.to_name,
        sender=sender.sender,
        sender_name=sender.sender_name,
        reply_to=sender.reply_to,
        subject=message.subject,
        html=message.html,
        text=message.text,
        headers={**notice_headers(), **message.headers},
        ref=ref,
        message_id=message_id_of(ref),
    )
