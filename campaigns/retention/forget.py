"""Retention of campaigns: deliveries lose their subscriber, and answers to invitations go."""

from datetime import datetime

from django.conf import settings
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from campaigns.models import Delivery, Rsvp
from campaigns.states import OPEN, DeliveryStatus
from newsletter.retention.batches import BATCH, in_batches


def forget_expired(*, now: datetime | None = None) -> dict[str, int]:
    """Delete or anonymise all data of campaigns whose retention time is over.

    Returns:
        The number of rows of each kind.
    """
    now = now or timezone.now()
    return {"deliveries": forget_delivery_subscribers(now=now), "rsvps": forget_rsvps(now=now)}


def forget_delivery_subscribers(*, now: datetime, batch: int = BATCH) -> int:
    """Forget the recipients of deliveries that are older than KEEP_DELIVERY_SUBSCRIBERS.

    A delivery's age is the time since its campaign was launched. It doesn't matter where the
    subscriber is gone, as after an erasure: the delivery may have been on its way then, and settled
    since. Open deliveries are left alone.

    Args:
        now: the present.

    Returns:
        The number of deliveries whose recipient was forgotten.
    """
    settled = Delivery.objects.exclude(status__in=OPEN)
    old = settled.filter(
        campaign__launched_at__lte=now - settings.KEEP_DELIVERY_SUBSCRIBERS,
        subscriber__isnull=False,
    )
    has_words = ~Q(reason="") & ~Q(status=DeliveryStatus.SKIPPED)
    orphaned = settled.filter(~Q(provider_message_id="") | has_words, subscriber=None)
    # One after the other: together, no index would serve them.
    return sum(in_batches(due, _forget_recipients, batch=batch) for due in (old, orphaned))


def forget_deliveries_of(subscriber_id: int) -> int:
    """Forget the recipient of all deliveries of a subscriber, except for open ones.

    In the caller's transaction.

    Returns:
        The number of deliveries.
    """
    settled = Delivery.objects.filter(subscriber_id=subscriber_id).exclude(status__in=OPEN)
    return _forget_recipients(settled)


def _forget_recipients(deliveries: QuerySet[Delivery]) -> int:
    """Remove what leads to the recipients of `deliveries`.

    The rows stay, so the campaign's sums still add up. The provider's words go, because they may
    name the recipient, and so does the provider's id of the message, which leads to the address.
    Why a delivery was skipped is said by us.
    """
    kept_reason = Case(When(status=DeliveryStatus.SKIPPED, then=F("reason")), default=Value(""))
    return deliveries.update(subscriber=None, reason=kept_reason, provider_message_id="")


def forget_rsvps(*, now: datetime, batch: int = BATCH) -> int:
    """Delete answers to invitations of events that ended KEEP_RSVPS ago or earlier.

    Returns:
        The number of deleted answers.
    """
    due = Rsvp.objects.filter(event__ends_at__lte=now - settings.KEEP_RSVPS)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)
