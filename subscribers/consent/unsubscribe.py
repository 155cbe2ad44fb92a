"""Leaving: one topic, everything, or for ever. Needs the database alone: no broker, no cache, no cookie."""

from datetime import datetime
from enum import StrEnum
from functools import partial

from django.db import transaction
from django.utils import timezone

from newsletter.lifecycle import move
from subscribers.consent.ledger import Circumstances, take_step
from subscribers.models import ConsentRecord, Subscriber, Subscription
from subscribers.signals import unsubscribed
from subscribers.states import SUBSCRIPTION_MOVES, ConsentAction, ConsentMethod, SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import suppress


class Departure(StrEnum):
    """What came of it. To the person it is all the same: they get no more mail."""

    LEFT = "left"
    HAD_LEFT = "had_left"
    UNKNOWN = "unknown"


@transaction.atomic
def unsubscribe(subscription_id: int, *, method: ConsentMethod, network: str = "", campaign_id: int = 0) -> Departure:
    """Leave one topic, at once.

    Args:
        campaign_id: by whose link; 0 where that is not known. The campaign's report counts it.
    """
    subscription = Subscription.objects.select_related("subscriber", "topic").filter(pk=subscription_id).first()
    if subscription is None:
        return Departure.UNKNOWN
    if not leave(subscription, Circumstances(method=method, network=network)):
        return Departure.HAD_LEFT
    announce(subscription.subscriber_id, topic_id=subscription.topic_id, campaign_id=campaign_id, at=subscription.changed_at)
    return Departure.LEFT


@transaction.atomic
def unsubscribe_all(subscriber_id: int, *, method: ConsentMethod, network: str = "", campaign_id: int = 0) -> Departure:
    """Leave everything, topics of the future included: campaigns are suppressed until a new opt-in is confirmed."""
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None:
        return Departure.UNKNOWN
    suppress(subscriber.digest, reason=SuppressionReason.UNSUBSCRIBED_ALL)
    if not _leave_all(subscriber, Circumstances(method=method, network=network)):
        return Departure.HAD_LEFT
    announce(subscriber.pk, topic_id=None, campaign_id=campaign_id, at=timezone.now())
    return Departure.LEFT


@transaction.atomic
def never_again(digest: str, *, method: ConsentMethod, network: str = "") -> None:
    """The owner of an address forbids us to write to it: no campaigns, no confirmations, until they ask staff.

    What was asked for and never confirmed is deleted, with its evidence. The address need not be known.

    Args:
        digest: the keyed digest of the address.
    """
    suppress(digest, reason=SuppressionReason.NEVER_AGAIN)
    subscriber = Subscriber.objects.select_for_update().filter(digest=digest).first()
    if subscriber is None:
        return
    forget_pending(subscriber)
    if _leave_all(subscriber, Circumstances(method=method, network=network)):
        announce(subscriber.pk, topic_id=None, campaign_id=0, at=timezone.now())
    if not subscriber.subscriptions.exists():
        subscriber.delete()


def forget_pending(subscriber: Subscriber, *, before: datetime | None = None) -> int:
    """Delete what a person asked for and never confirmed, with the evidence of the asking.

    A topic that they had left before goes back to that, so that the opt-out is not forgotten with the question.

    Args:
        before: only what has not changed since then. None: all.

    Returns:
        How many subscriptions were pending.
    """
    rows = Subscription.objects.filter(subscriber=subscriber, status=SubscriptionStatus.PENDING)
    if before is not None:
        rows = rows.filter(changed_at__lt=before)
    pending = list(rows)
    for subscription in pending:
        _forget_one(subscription, digest=subscriber.digest)
    return len(pending)


def _forget_one(subscription: Subscription, *, digest: str) -> None:
    history = ConsentRecord.objects.filter(digest=digest, topic_id=subscription.topic_id)
    last = history.exclude(action=ConsentAction.REQUESTED).order_by("-id").first()
    history.filter(action=ConsentAction.REQUESTED, pk__gt=last.pk if last else 0).delete()
    if last is None or last.action not in _LEFT_OR_REFUSED:
        subscription.delete()
        return
    # No record: nobody has done anything. The question is taken back, as if it had never been asked.
    move(Subscription.objects.filter(pk=subscription.pk), SUBSCRIPTION_MOVES, SubscriptionStatus.UNSUBSCRIBED)


_LEFT_OR_REFUSED = (ConsentAction.UNSUBSCRIBED, ConsentAction.DECLINED)


def leave(subscription: Subscription, circumstances: Circumstances) -> bool:
    """Move one subscription to unsubscribed, with its record; whether this caller did."""
    return take_step(subscription, SubscriptionStatus.UNSUBSCRIBED, action=ConsentAction.UNSUBSCRIBED, circumstances=circumstances)


def _leave_all(subscriber: Subscriber, circumstances: Circumstances) -> bool:
    rows = Subscription.objects.filter(subscriber=subscriber).select_related("subscriber", "topic")
    return sum(leave(subscription, circumstances) for subscription in rows) > 0


def announce(subscriber_id: int, *, topic_id: int | None, campaign_id: int, at: datetime) -> None:
    """Tell the floors above once it is safe; a receiver that fails must not undo an opt-out."""
    send = partial(unsubscribed.send_robust, sender=None, subscriber_id=subscriber_id, topic_id=topic_id, campaign_id=campaign_id, at=at)
    transaction.on_commit(send)
