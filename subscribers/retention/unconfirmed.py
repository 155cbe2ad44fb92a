"""Retention of sign-ups that nobody confirmed: KEEP_UNCONFIRMED, which is 30 days."""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from newsletter.retention.batches import BATCH, in_batches
from subscribers.consent.forget_pending import forget_pending
from subscribers.models import Subscriber, Subscription
from subscribers.states import SubscriptionStatus


def forget_unconfirmed(now: datetime, *, batch: int = BATCH) -> int:
    """Delete sign-ups that nobody confirmed within KEEP_UNCONFIRMED.

    Their evidence goes too, and people who have nothing else.

    Returns:
        How many subscriptions were pending.
    """
    before = now - settings.KEEP_UNCONFIRMED
    overdue = Subscription.objects.filter(
        subscriber=OuterRef("pk"), status=SubscriptionStatus.PENDING, changed_at__lt=before
    )

    def expire(people: QuerySet[Subscriber]) -> int:
        return sum(
            _expire_one(subscriber, before=before)
            for subscriber in people.select_for_update().order_by("pk")
        )

    return in_batches(Subscriber.objects.filter(Exists(overdue)), expire, batch=batch)


def _expire_one(subscriber: Subscriber, *, before: datetime) -> int:
    number = forget_pending(subscriber, before=before)
    if not subscriber.subscriptions.exists():
        subscriber.delete()
    return number
