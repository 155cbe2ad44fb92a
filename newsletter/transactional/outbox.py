"""The outbox of single messages: a row first, then the mail."""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from newsletter.addresses import address_digest
from newsletter.brand.current import current_brand
from newsletter.database_clock import database_now
from newsletter.lifecycle import move
from newsletter.links import Purpose, make_token
from newsletter.models import Brand, TransactionalMessage
from newsletter.rendering.letter import Rendered
from newsletter.rendering.merge import one_line
from newsletter.states import MESSAGE_MOVES, MessageStatus, Stream
from newsletter.surely import surely
from newsletter.transport.envelope import OutgoingMessage, sender_of
from newsletter.transport.headers import message_id as message_id_of
from newsletter.transport.headers import notice_headers
from newsletter.transport.mailers import hand_over
from newsletter.transport.outcomes import Outcome, Verdict
from newsletter.transport.retry import concluded, counts, wait_after
from newsletter.wake import wake

SWEEP_BATCH = 100
"""Messages that one run of `deliver_due` hands over."""
SLICE = 30.0
"""Seconds after which it begins none any more, so that a slow server never runs it into the time limit of tasks, which would
put the message in hand in doubt. The clock wakes the next one."""


def queue_message(
    kind: str, *, to: str, to_name: str = "", rendered: Rendered, headers: Mapping[str, str] | None = None
) -> TransactionalMessage:
    """Put a message into the outbox, in the caller's transaction, and wake a worker once that has committed.

    Whether the address may be written to is for the caller to know: the outbox knows nothing of people.

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
        to_name=one_line(to_name)[:200],
        subject=rendered.subject[:400],
        html=rendered.html,
        text=rendered.text,
        headers=dict(headers or {}),
    )
    wake("newsletter.deliver_message", message.pk, queue="transactional")
    return message


def sent_within(kind: str, *, digest: str, period: timedelta) -> bool:
    """Whether a message of this kind was put into the outbox for this address within `period`, whatever became of it.

    One that failed counts too: for the limit it matters what an attacker could cause, not what arrived.

    Args:
        digest: the keyed digest of the address.
    """
    since = timezone.now() - period
    return (
        TransactionalMessage.objects.filter(kind=kind, digest=digest, created_at__gt=since).exclude(status=MessageStatus.SKIPPED).exists()
    )


def deliver(message_id: int) -> MessageStatus | None:
    """Claim one message, hand it over and settle it.

    Returns:
        The state it is in now, or None where there was nothing to claim: it is gone, not due, or someone was faster.
    """
    status, _ = _attempt(message_id)
    return status


def deliver_due(*, limit: int = SWEEP_BATCH, seconds: float = SLICE) -> int:
    """Deliver what waits, oldest first, until `seconds` have passed or the mailer takes nothing at all.

    Returns:
        How many messages this caller handed over, whatever became of them.
    """
    end, handed_over = time.monotonic() + seconds, 0
    for pk in list(_due(database_now()).order_by("id").values_list("pk", flat=True)[:limit]):
        status, outcome = _attempt(pk)
        handed_over += status is not None
        if time.monotonic() >= end or (outcome is not None and outcome.mailer_wide):
            break
    return handed_over


def _attempt(message_id: int) -> tuple[MessageStatus | None, Outcome | None]:
    brand = current_brand()  # before the claim: what fails here leaves no message in doubt
    message = _claim(message_id)
    if message is None:
        return None, None
    outcome = _hand_over(message, brand)
    return surely(partial(_settle, message, outcome), what=f"Message {message_id}"), outcome


def sweep(*, now: datetime | None = None) -> int:
    """Put claims in doubt whose worker is gone, and wake a worker for what is due.

    The token stays, so that a worker which only stood still can clear the doubt. One waking serves all due messages, so that
    nothing piles up on the broker while workers are down.

    Returns:
        How many rows it found: expired claims, and due messages up to SWEEP_BATCH.
    """
    now = now or database_now()
    expired = move(
        TransactionalMessage.objects.filter(lease_until__lt=now),
        MESSAGE_MOVES,
        MessageStatus.UNCERTAIN,
        lease_until=None,
        reason="The worker that was handing it over is gone.",
    )
    due = _due(now).order_by("id")[:SWEEP_BATCH].count()
    if due:
        wake("newsletter.deliver_due", queue="transactional")
    return expired + due


def _due(now: datetime) -> QuerySet[TransactionalMessage]:
    return TransactionalMessage.objects.filter(Q(retry_at=None) | Q(retry_at__lte=now), status=MessageStatus.QUEUED)


def _claim(message_id: int) -> TransactionalMessage | None:
    """Claim a message, and read it; None where it is not due, or someone was faster."""
    # The database's clock: a host whose own is off must not have its leases taken for expired by the others.
    token, now = uuid4(), database_now()
    # Durable: the claim must be in the database before the first byte is on the wire, or a crash could send a second copy.
    with transaction.atomic(durable=True):
        claimed = move(
            _due(now).filter(pk=message_id),
            MESSAGE_MOVES,
            MessageStatus.CLAIMED,
            claim_token=token,
            lease_until=now + settings.CLAIM_LEASE,
            attempt=F("attempt") + 1,
        )
        return TransactionalMessage.objects.get(pk=message_id) if claimed else None


def _hand_over(message: TransactionalMessage, brand: Brand) -> Outcome:
    if not brand.may_send:
        return Outcome(Verdict.MISCONFIGURED, reason="The brand has no sender address or no postal address yet.")
    if message.forgotten_at is not None:
        return Outcome(Verdict.REFUSED, reason="Its text was deleted before it could be sent.")
    sender = sender_of(brand)
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
    return hand_over(outgoing, stream=Stream.TRANSACTIONAL)


_STATUS = {
    Verdict.ACCEPTED: MessageStatus.ACCEPTED,
    Verdict.REFUSED: MessageStatus.FAILED,
    Verdict.UNKNOWN: MessageStatus.UNCERTAIN,
    Verdict.LATER: MessageStatus.QUEUED,
    Verdict.MISCONFIGURED: MessageStatus.QUEUED,
}


def _settle(message: TransactionalMessage, outcome: Outcome) -> MessageStatus | None:
    """Write down what became of it, as long as nobody else has claimed it since."""
    outcome = concluded(outcome, attempt=message.attempt)
    status, now = _STATUS[outcome.verdict], database_now()
    changes: dict[str, object] = {"mailer": outcome.mailer, "reason": outcome.reason, "claim_token": None, "lease_until": None}
    if status is MessageStatus.QUEUED:
        misconfigured = outcome.verdict is Verdict.MISCONFIGURED
        changes["retry_at"] = now + (settings.MAILER_CIRCUIT if misconfigured else wait_after(outcome, attempt=message.attempt))
    else:
        changes |= {"retry_at": None, "settled_at": now, "provider_message_id": outcome.provider_message_id}
    if not counts(outcome):
        changes["attempt"] = F("attempt") - 1
    with transaction.atomic():
        moved = move(TransactionalMessage.objects.filter(pk=message.pk, claim_token=message.claim_token), MESSAGE_MOVES, status, **changes)
    return status if moved else None
