"""Claiming of single messages: a worker takes the next of those that wait, and commits that."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from newsletter.brand.current import current_brand
from newsletter.brand.neutral import is_ready
from newsletter.core.db.clock import database_now
from newsletter.core.db.transition import transition
from newsletter.epoch.advance import advance_unless_held
from newsletter.models import Brand, ProviderEvent, TransactionalMessage
from newsletter.outbox.discreet import for_discreet, hold_discreet
from newsletter.outbox.due import due, next_due
from newsletter.outbox.reported_by_provider import settle_reported_message
from newsletter.signals import asked_before_attempt
from newsletter.states import MESSAGE_TRANSITIONS, MessageStatus


@dataclass(frozen=True, slots=True)
class ClaimedMessages:
    """Messages that are this worker's alone until the lease runs out, in the order of sending.

    `found_nothing` says that no message was due, or that sending is held. Where messages were due
    and none may leave, there are none in here, and it is False.
    """

    messages: Sequence[TransactionalMessage] = ()
    found_nothing: bool = False


def claim_due(
    *, size: int, token: UUID, brand: Brand, besides: Collection[int] = ()
) -> ClaimedMessages:
    """Claim up to `size` messages that are due, the most trusted first, and commit the claim.

    Args:
        token: the claim's name.
        brand: by which they will be sent.
        besides: ids that are left out.
    """
    # By the database's clock: other hosts must not take a lease for expired because this host's
    # clock is wrong.
    now = database_now()
    return _claim(next_due(now, besides=besides), size=size, token=token, brand=brand, now=now)


def claim_one(message_id: int, *, token: UUID, brand: Brand) -> ClaimedMessages:
    """Claim one message, if it is due, and commit the claim. The rest is as in `claim_due`."""
    now = database_now()
    return _claim(due(now).filter(pk=message_id), size=1, token=token, brand=brand, now=now)


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
    claimed = claim_one(message_id, token=token or uuid4(), brand=brand or current_brand())
    return next(iter(claimed.messages), None)


def _claim(
    rows: QuerySet[TransactionalMessage], *, size: int, token: UUID, brand: Brand, now: datetime
) -> ClaimedMessages:
    # Durable: the claim must be in the database before the first byte is on the wire, or a crash
    # could send a second copy.
    with transaction.atomic(durable=True):
        # Nothing is waited for while rows are held, so that two claims can't wait for each other.
        found = list(rows.select_for_update(skip_locked=True)[:size])
        if not found or advance_unless_held(now=now):
            return ClaimedMessages(found_nothing=True)
        messages = _with_their_form(_that_may_leave(found, now=now), brand, now=now)
        if messages:
            _write_claim(messages, token=token, now=now)
    return ClaimedMessages(messages)


def _write_claim(messages: Sequence[TransactionalMessage], *, token: UUID, now: datetime) -> None:
    lease_until = now + settings.CLAIM_LEASE
    transition(
        _rows(messages),
        MESSAGE_TRANSITIONS,
        MessageStatus.CLAIMED,
        claim_token=token,
        lease_until=lease_until,
        attempt=F("attempt") + 1,
    )
    for message in messages:
        message.claim_token, message.lease_until = token, lease_until
        message.status, message.attempt = MessageStatus.CLAIMED, message.attempt + 1


def _rows(messages: Sequence[TransactionalMessage]) -> QuerySet[TransactionalMessage]:
    return TransactionalMessage.objects.filter(pk__any_of=[message.pk for message in messages])


# --- What may leave ---


def _that_may_leave(
    found: Sequence[TransactionalMessage], *, now: datetime
) -> list[TransactionalMessage]:
    """Settle the messages that must not be sent, and return the others.

    Something may have come after an earlier attempt that keeps it from being sent again.
    """
    open_ones = [message for message in found if not settle_reported_message(message)]
    # The row was locked when a provider's event about it was processed. That event comes again
    # within seconds.
    reported = _with_an_event_to_come(open_ones)
    if reported:
        _rows(reported).update(retry_at=now + settings.WAKE_AFTER)
    left = [message for message in open_ones if message not in reported]
    objections = _objections(left)
    ids_by_reason = defaultdict[str, list[int]](list)
    for pk, why in objections.items():
        ids_by_reason[why].append(pk)
    for why, ids in ids_by_reason.items():
        transition(
            TransactionalMessage.objects.filter(pk__any_of=ids),
            MESSAGE_TRANSITIONS,
            MessageStatus.SKIPPED,
            reason=why,
            retry_at=None,
            settled_at=now,
        )
    return [message for message in left if message.pk not in objections]


def _with_an_event_to_come(
    messages: Sequence[TransactionalMessage],
) -> list[TransactionalMessage]:
    tried = [message.pk for message in messages if message.attempt or message.mailer]
    if not tried:
        return []
    events = ProviderEvent.objects.filter(interpreted_at=None, message_id__any_of=tried)
    ids = set(events.values_list("message_id", flat=True))
    return [message for message in messages if message.pk in ids]


def _objections(messages: Sequence[TransactionalMessage]) -> dict[int, str]:
    if not messages:
        return {}
    answers: list[tuple[Any, Any]] = asked_before_attempt.send(
        sender=None, messages=messages, by_person=False
    )
    return {pk: why for _, objections in answers for pk, why in objections.items() if why}


def _with_their_form(
    messages: Sequence[TransactionalMessage], brand: Brand, *, now: datetime
) -> list[TransactionalMessage]:
    """Mark those that leave under a cover, and hold them where there is no neutral sender.

    Returns:
        Those that may leave, each in its form.
    """
    covered = for_discreet(messages)
    if not covered:
        return list(messages)
    if not is_ready(brand):
        hold_discreet(covered, now=now)
        return [message for message in messages if message.pk not in covered]
    TransactionalMessage.objects.filter(pk__any_of=list(covered)).update(is_discreet=True)
    for message in messages:
        message.is_discreet = message.pk in covered
    return list(messages)
