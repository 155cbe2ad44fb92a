"""Facts about single messages: what provider events say of them settles them.

Events may come late, more than once and in any order.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from newsletter.core.db.clock import database_now
from newsletter.core.db.transition import transition
from newsletter.models import ProviderEvent, TransactionalMessage
from newsletter.states import MESSAGE_TRANSITIONS, MessageStatus, ProviderEventKind

_FACT: Mapping[str, str] = {
    ProviderEventKind.DELIVERED: "delivered_at",
    ProviderEventKind.BOUNCED: "bounced_at",
    ProviderEventKind.REJECTED: "bounced_at",
}
_IN_DOUBT = frozenset({MessageStatus.UNCERTAIN, MessageStatus.QUEUED})
_LEFT_FOR: Mapping[MessageStatus, frozenset[MessageStatus]] = {
    MessageStatus.ACCEPTED: _IN_DOUBT | {MessageStatus.FAILED},
    MessageStatus.FAILED: _IN_DOUBT | {MessageStatus.ACCEPTED},
}
"""The states that a fact may end. A message that is being sent is settled by its worker first."""


@transaction.atomic
def settle_messages(events: Sequence[ProviderEvent]) -> set[str]:
    """Store what `events` say of single messages, and make the transitions that still apply.

    Returns:
        Fingerprints of the events that came too early: their message is being sent, or its row is
            locked.
    """
    by_message = defaultdict[int, list[ProviderEvent]](list)
    for event in events:
        if event.message_id is not None and event.kind != ProviderEventKind.OTHER:
            by_message[event.message_id].append(event)
    if not by_message:
        return set()
    # Never waiting for a row with others in hand, as with deliveries (decision 52).
    rows = (
        TransactionalMessage.objects.select_for_update(skip_locked=True)
        .filter(pk__any_of=list(by_message))
        .order_by("pk")
    )
    early = {event.fingerprint for told in by_message.values() for event in told}
    for message in rows.defer("html", "text", "headers"):
        told = by_message[message.pk]
        _tell(message, told)
        if message.status != MessageStatus.CLAIMED:
            early -= {event.fingerprint for event in told}
    return early


def settle_reported_message(message: TransactionalMessage) -> bool:
    """Settle a message whose facts say what became of it, in the caller's transaction.

    Returns:
        Whether they do.
    """
    return (
        bool(_settle(message, reason="")) if message.delivered_at or message.bounced_at else False
    )


def _tell(message: TransactionalMessage, events: Sequence[ProviderEvent]) -> None:
    changes: dict[str, datetime] = {}
    for event in events:
        fact, when = _FACT.get(event.kind), event.happened_at or event.received_at
        known = getattr(message, fact) if fact else None
        if fact and (known is None or when < known):
            setattr(message, fact, when)
            changes[fact] = when
    if changes:
        TransactionalMessage.objects.filter(pk=message.pk).update(**changes)
    if message.delivered_at or message.bounced_at:
        # What is said of a message that is forgotten could still name its recipient.
        said = events if message.forgotten_at is None else []
        reasons = (event.detail for event in said if _FACT.get(event.kind) == "bounced_at")
        _settle(message, reason=next(reasons, ""))
    elif message.status in _IN_DOUBT:
        # Whatever else a provider says of a message, it must have had it.
        _move(message, MessageStatus.ACCEPTED, reason="")


def _settle(message: TransactionalMessage, *, reason: str) -> int:
    """Settle a message by its facts: a bounce is the last thing that can happen to it."""
    return _move(
        message,
        MessageStatus.FAILED if message.bounced_at else MessageStatus.ACCEPTED,
        reason=reason,
    )


def _move(message: TransactionalMessage, to: MessageStatus, *, reason: str) -> int:
    if message.status not in _LEFT_FOR[to]:
        return 0
    rows = TransactionalMessage.objects.filter(pk=message.pk, status=message.status)
    changes: dict[str, object] = {
        "claim_token": None,
        "retry_at": None,
        "settled_at": message.settled_at or database_now(),
    }
    if reason or to is MessageStatus.ACCEPTED:
        changes["reason"] = reason
    return transition(rows, MESSAGE_TRANSITIONS, to, **changes)
