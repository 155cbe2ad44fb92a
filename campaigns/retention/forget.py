"""Data that has had its time: deliveries lose their subscriber, answers to invitations go."""

from datetime import datetime

from django.conf import settings
from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone

from campaigns.models import Delivery, Rsvp
from campaigns.states import OPEN, DeliveryStatus
from newsletter.retention.batches import BATCH, in_batches


def forget_expired(*, now: datetime | None = None) -> dict[str, int]:
    """Let all data of campaigns die whose time has come.

    Returns:
        How many rows of each kind.
    """
    now = now or timezone.now()
    return {"deliveries": forget_delivery_subscribers(now=now), "rsvps": forget_rsvps(now=now)}


def forget_delivery_subscribers(*, now: datetime, batch: int = BATCH) -> int:
    """Take the subscriber out of deliveries of campaigns that were launched KEEP_DELIVERY_SUBSCRIBERS ago or earlier.

    The row stays, so the campaign's sums still add up. What a provider said goes too, because it
    may quote the address, and so does its id of the message, by which the provider could be asked.
    Deliveries that are still open are left alone.

    Args:
        now: the present.

    Returns:
        How many deliveries were forgotten.
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
        How many answers were deleted.
    """
    due = Rsvp.objects.filter(event__ends_at__lte=now - settings.KEEP_RSVPS)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)
