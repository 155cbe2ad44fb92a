"""Retention of campaigns: deliveries lose their subscriber, and answers to invitations go."""

from datetime import datetime

from django.conf import settings
from django.db.models import Case, F, QuerySet, Value, When
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
    """Remove the subscriber from deliveries that are older than KEEP_DELIVERY_SUBSCRIBERS.

    A delivery's age is the time since its campaign was launched. The row stays, so the campaign's
    sums still add up. The provider's words go too, because they may quote the address, and so does
    the provider's id of the message, which leads to the address. Open deliveries are left alone.

    Args:
        now: the present.

    Returns:
        The number of deliveries that lost their subscriber.
    """
    due = Delivery.objects.filter(
        campaign__launched_at__lte=now - settings.KEEP_DELIVERY_SUBSCRIBERS,
        subscriber__isnull=False,
    )
    kept_reason = Case(When(status=DeliveryStatus.SKIPPED, then=F("reason")), default=Value(""))

    def forget(rows: QuerySet[Delivery]) -> int:
        return rows.update(subscriber=None, reason=kept_reason, provider_message_id="")

    return in_batches(due.exclude(status__in=OPEN), forget, batch=batch)


def forget_rsvps(*, now: datetime, batch: int = BATCH) -> int:
    """Delete answers to invitations of events that ended KEEP_RSVPS ago or earlier.

    Returns:
        The number of deleted answers.
    """
    due = Rsvp.objects.filter(event__ends_at__lte=now - settings.KEEP_RSVPS)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)
