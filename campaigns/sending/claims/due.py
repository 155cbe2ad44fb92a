"""Deliveries that are due: nothing keeps them waiting, neither their hour nor the canary."""

from datetime import datetime

from django.db.models import F, FilteredRelation, Max, Q, QuerySet

from campaigns.models import Campaign, Delivery, DueTime
from campaigns.sending.deliveries.reported import reported_status
from campaigns.states import DeliveryStatus
from newsletter.transport.providers.idempotency import window_of
from subscribers.queries import suppressed


def within(campaign: Campaign, *, now: datetime) -> Q:
    """Build the condition on deliveries of a campaign that their hour and the canary let through.

    It is a bound on the id, because deliveries are frozen in the order in which they may leave: of
    a million that aren't due yet, none is looked at. `is_due` compares `due_at` all the same.

    Args:
        campaign: with its `local_time` and its canary.
        now: the present.
    """
    condition = Q(campaign_id=campaign.pk)
    if campaign.is_in_canary:
        condition &= Q(id__lte=campaign.canary_last_id)
    if campaign.local_time is not None:
        come = DueTime.objects.filter(campaign=campaign.pk, due_at__lte=now)
        condition &= Q(id__lte=come.aggregate(last=Max("last_id"))["last"] or 0)
    return condition


def has_due(campaign: Campaign, *, now: datetime) -> bool:
    """Return whether a delivery of a campaign that is being sent is due."""
    return Delivery.objects.filter(is_due(now), within(campaign, now=now)).exists()


def is_due(now: datetime) -> Q:
    """Build the condition on planned deliveries that nothing keeps waiting."""
    has_come = Q(due_at=None) | Q(due_at__lte=now)
    return Q(status=DeliveryStatus.PLANNED) & has_come & (Q(retry_at=None) | Q(retry_at__lte=now))


def lock_due(
    campaign: Campaign, *, mailer: str, after: int, now: datetime
) -> QuerySet[Delivery, tuple[object, ...]]:
    """Select and lock rows that are due and that nobody else holds, with what decides about them.

    What their emails need is selected with them.

    Args:
        campaign: with its topic and what `within` needs.
        mailer: as in `claim`.
        after: as in `claim`.
        now: the present.
    """
    for_it = Q(same_key_until=None)
    if window_of(mailer) is not None:
        for_it |= Q(mailer=mailer, same_key_until__gt=now)
    return (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(is_due(now), for_it, within(campaign, now=now), id__gt=after)
        .annotate(
            subscription=FilteredRelation(
                "subscriber__subscriptions",
                condition=Q(subscriber__subscriptions__topic_id=campaign.topic_id),
            ),
            is_suppressed=suppressed("subscriber__digest"),
        )
        .order_by("id")
        .values_list(
            "id",
            F("attempt") + 1,
            "language",
            "subscriber_id",
            "subscription__id",
            "subscriber__email",
            "subscriber__given_name",
            "subscriber__full_name",
            "subscriber__time_zone",
            "same_key_until",
            "subscriber__greeting",
            "subscriber__salutation",
            "subscriber__discreet_since",
            "attempts_before",
            "subscription__status",
            "subscription__member_until",
            "subscriber__paused_until",
            "is_suppressed",
            "unsubscribed_at",
            "mailer",
            reported_status(),
        )
    )
