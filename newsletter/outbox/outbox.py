"""The outbox of single messages: a row first, then the mail."""

import logging
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from newsletter.brand.current import current_brand
from newsletter.core.addresses import address_digest
from newsletter.core.db_clock import database_now
from newsletter.core.db_retry import db_retry
from newsletter.core.standstill import elapsed
from newsletter.core.tokens import Purpose, make_token
from newsletter.core.transition import transition
from newsletter.core.wake import wake
from newsletter.epoch.advance import advance_unless_held
from newsletter.epoch.hold import held
from newsletter.models import Brand, ProviderEvent, TransactionalMessage
from newsletter.outbox.facts import settle_reported_message
from newsletter.rendering.email import Rendered
from newsletter.signals import asked_before_another_attempt
from newsletter.states import MESSAGE_MOVES, MessageStatus, Stream
from newsletter.transport.bulk.journal import Journal, JournalBroken
from newsletter.transport.connections.transmit import dispatch
from newsletter.transport.message.envelope import OutgoingMessage, recipient_name, sender_identity
from newsletter.transport.message.headers import message_id as message_id_of
from newsletter.transport.message.headers import notice_headers
from newsletter.transport.pacing.retry import concluded, counts, wait_after
from newsletter.transport.results.of_error import Outcome, Result

logger = logging.getLogger(__name__)

LEASE_MARGIN = 0.25
"""Nothing begins in this last part of a lease, as with campaigns: what begins must end under it."""
IN_VAIN = frozenset({MessageStatus.FAILED, MessageStatus.UNCERTAIN})
"""Ends of a message that its owner may never have got."""
SWEEP_BATCH = 100
"""Messages that one run of `deliver_due` hands over."""
SLICE = 30.0
"""Seconds after which it begins none any more, so that a slow server never runs it into the time
limit of tasks, which would put the message in hand in doubt. The clock wakes the next one."""


class LeaseOver(TimeoutError):
    """A message was not begun, because its claim may not hold any more when it ends."""


def queue_message(
    kind: str,
    *,
    to: str,
    to_name: str = "",
    rendered: Rendered,
    headers: Mapping[str, str] | None = None,
) -> TransactionalMessage:
    """Put a message into the outbox, in the caller's transaction, and wake a worker once that has committed.

    Whether the address may be written to is for the caller to know: the outbox knows nothing of
    people.

    Args:
        kind: the message's template folder, such as confirmation.
        to: as `parse_address` returned it.
        rendered: with no merge field open.
        headers: beyond those that every notice has.
    """
    message = TransactionalMessage.objects.create(
        kind=kind,
        digest=address_digest(to),
        to=to,
        to_name=recipient_name(to_name)[:200],
        subject=rendered.subject[:400],
        html=rendered.html,
        text=rendered.text,
        headers=dict(headers or {}),
    )
    wake("newsletter.deliver_message", message.pk, queue="transactional")
    return message


def sent_within(kind: str, *, digest: str, period: timedelta) -> bool:
    """Whether a message of this kind was put into the outbox for this address within `period`, whatever became of it.

    One that failed counts too: for the limit it matters what an attacker could cause, not what
        arrived.

    Args:
        digest: the keyed digest of the address.
    """
    return messages_within([kind], digest=digest, period=period).exists()


def messages_within(
    kinds: Collection[str], *, digest: str, period: timedelta
) -> QuerySet[TransactionalMessage]:
    """Messages of these kinds that were written for the address within `period`, or sent again and not in vain, and not skipped."""
    since = timezone.now() - period
    recent = Q(created_at__gt=since) | (Q(sent_again_at__gt=since) & ~Q(status__in=IN_VAIN))
    return TransactionalMessage.objects.filter(recent, kind__in=kinds, digest=digest).exclude(
        status=MessageStatus.SKIPPED
    )


def deliver(message_id: int) -> MessageStatus | None:
    """Claim one message, hand it over and settle it.

    Returns:
        The state it is in now, or None where there was nothing to claim: it is gone, not due,
        someone was faster, or sending is held (newsletter.epoch.hold).
    """
    status, _ = _attempt(message_id)
    return status


def deliver_due(*, limit: int = SWEEP_BATCH, seconds: float = SLICE) -> int:
    """Deliver what waits, oldest first, until `seconds` have passed or the mailer takes nothing at all.

    Returns:
        How many messages this caller handed over, whatever became of them.
    """
    if held():
        return 0
    end, handed_over = time.monotonic() + seconds, 0
    for pk in list(_due(database_now()).order_by("id").values_list("pk", flat=True)[:limit]):
        status, result = _attempt(pk)
        handed_over += status is not None
        if time.monotonic() >= end or (result is not None and result.mailer_wide):
            break
    return handed_over


def outbox_journals() -> Path:
    """The folder with the journals of what this host's workers have in hand."""
    folder: Path = settings.VAR_DIR / "outbox"
    return folder


def _attempt(message_id: int) -> tuple[MessageStatus | None, Result | None]:
    brand, token = (
        current_brand(),
        uuid4(),
    )  # before the claim: what fails here leaves no message in doubt
    closes_at = elapsed() + settings.CLAIM_LEASE.total_seconds() * (1 - LEASE_MARGIN)
    try:
        # The journal before the claim, as with campaigns: a worker that dies between the two leaves
        # a journal of nothing.
        with Journal(outbox_journals(), str(token), {"message": message_id}) as journal:
            message = _claim(message_id, token=token)
            if message is None:
                journal.delete()
                return None, None
            result = _dispatch(
                message, brand, begin=partial(_begin, journal, message_id, closes_at=closes_at)
            )
            with suppress(JournalBroken):  # what is known here is settled from here
                journal.note(ended=[(message_id, result)])
            status = db_retry(partial(_settle, message, result), what=f"Message {message_id}")
            journal.delete()
    except JournalBroken as error:
        # This host's trouble: the clock wakes workers again, and those of other hosts go on.
        logger.error(
            "Message %s is not sent from here, because it could not be noted (%s)",
            message_id,
            error,
        )
        return None, None
    return status, result


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


def sweep(*, now: datetime | None = None) -> int:
    """Put claims in doubt whose worker is gone, and wake a worker for what is due.

    The token stays, so that a worker which only stood still can clear the doubt. One waking serves
    all due messages, so that nothing piles up on the broker while workers are down.

    Returns:
        How many rows it found: expired claims, and due messages up to SWEEP_BATCH.
    """
    now = now or database_now()
    expired = transition(
        TransactionalMessage.objects.filter(lease_until__lt=now),
        MESSAGE_MOVES,
        MessageStatus.UNCERTAIN,
        lease_until=None,
        reason="The worker that was handing it over is gone.",
    )
    due = _due(now).order_by("id")[:SWEEP_BATCH].count()
    if due and not held():
        wake("newsletter.deliver_due", queue="transactional")
    return expired + due


def _due(now: datetime) -> QuerySet[TransactionalMessage]:
    return TransactionalMessage.objects.filter(
        Q(retry_at=None) | Q(retry_at__lte=now), status=MessageStatus.QUEUED
    )


def _claim(message_id: int, *, token: UUID | None = None) -> TransactionalMessage | None:
    """Claim a message, and read it; None where it is not due, must not be sent any more, or someone was faster."""
    # The database's clock: a host whose own is off must not have its leases taken for expired by
    # the others.
    now = database_now()
    # Durable: the claim must be in the database before the first byte is on the wire, or a crash
    # could send a second copy.
    with transaction.atomic(durable=True):
        message = _due(now).select_for_update(skip_locked=True).filter(pk=message_id).first()
        if message is None or advance_unless_held(now=now) or _must_not_leave(message, now=now):
            return None
        message.claim_token, message.lease_until = token or uuid4(), now + settings.CLAIM_LEASE
        message.status, message.attempt = MessageStatus.CLAIMED, message.attempt + 1
        changes = {
            name: getattr(message, name) for name in ("claim_token", "lease_until", "attempt")
        }
        transition(
            TransactionalMessage.objects.filter(pk=message_id),
            MESSAGE_MOVES,
            MessageStatus.CLAIMED,
            **changes,
        )
        return message


def _must_not_leave(message: TransactionalMessage, *, now: datetime) -> bool:
    """Whether something that came after an earlier attempt keeps it from being sent.

    What it becomes instead is written down.
    """
    if settle_reported_message(message):
        return True
    if not (message.attempt or message.mailer):
        return False
    rows = TransactionalMessage.objects.filter(pk=message.pk)
    if ProviderEvent.objects.filter(interpreted_at=None, message_id=message.pk).exists():
        # Somebody held the row when it was to be told of what a provider said. That comes again
        # within seconds.
        rows.update(retry_at=now + settings.WAKE_AFTER)
        return True
    answers = asked_before_another_attempt.send(sender=None, message=message, by_person=False)
    why = next((why for _, why in answers if why), "")
    if why:
        transition(
            rows, MESSAGE_MOVES, MessageStatus.SKIPPED, reason=why, retry_at=None, settled_at=now
        )
    return bool(why)


def _dispatch(
    message: TransactionalMessage, brand: Brand, *, begin: Callable[[], None] | None = None
) -> Result:
    if not brand.may_send:
        return Result(
            Outcome.MISCONFIGURED,
            reason="The brand has no sender address or no postal address yet.",
        )
    if message.forgotten_at is not None:
        return Result(Outcome.REFUSED, reason="Its text was deleted before it could be sent.")
    sender = sender_identity(brand)
    ref = make_token(Purpose.MESSAGE, message.pk)
    outgoing = OutgoingMessage(
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
    return dispatch(outgoing, stream=Stream.TRANSACTIONAL, begin=begin)


_STATUS = {
    Outcome.ACCEPTED: MessageStatus.ACCEPTED,
    Outcome.REFUSED: MessageStatus.FAILED,
    Outcome.UNKNOWN: MessageStatus.UNCERTAIN,
    Outcome.LATER: MessageStatus.QUEUED,
    Outcome.MISCONFIGURED: MessageStatus.QUEUED,
}


def _settle(message: TransactionalMessage, result: Result) -> MessageStatus | None:
    """Write down what became of it, as long as nobody else has claimed it since."""
    result = concluded(result, attempt=message.attempt)
    status, now = _STATUS[result.outcome], database_now()
    changes: dict[str, object] = {
        "mailer": result.mailer,
        "reason": result.reason,
        "claim_token": None,
        "lease_until": None,
    }
    if status is MessageStatus.QUEUED:
        misconfigured = result.outcome is Outcome.MISCONFIGURED
        changes["retry_at"] = now + (
            settings.MAILER_CIRCUIT
            if misconfigured
            else wait_after(result, attempt=message.attempt)
        )
    else:
        changes |= {
            "retry_at": None,
            "settled_at": now,
            "provider_message_id": result.provider_message_id,
        }
    if not counts(result):
        changes["attempt"] = F("attempt") - 1
    with transaction.atomic():
        moved = transition(
            TransactionalMessage.objects.filter(pk=message.pk, claim_token=message.claim_token),
            MESSAGE_MOVES,
            status,
            **changes,
        )
    return status if moved else None


def settle_late(message: TransactionalMessage, result: Result) -> MessageStatus | None:
    """Settle a message in the stead of a worker that is gone, as long as nobody else has decided about it.

    Returns:
        The state it is in now, or None where nothing changed.
    """
    return _settle(message, result)
