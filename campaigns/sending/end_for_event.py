"""Ending what asks people to an event, or says how to join it, once that is cancelled."""

from django.db import transaction
from django.db.models import QuerySet

from campaigns.event_states import EventStatus
from campaigns.models import Campaign, Delivery
from campaigns.review.event_findings import AFTERWARDS
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.states import LAUNCHED, CampaignKind, DeliveryStatus


@transaction.atomic
def end_what_announces(event_id: int) -> int:
    """End the campaigns about a cancelled event that are under way or paused.

    Of those that were sent, what is in doubt isn't repeated any more. They are locked with the
    others, because the clock may be repeating it just now.

    Returns:
        The number of campaigns that this caller ended.
    """
    launched = _announcing(Campaign.objects.filter(event=event_id, status__in=LAUNCHED))
    locked = launched.select_for_update(of=("self",)).order_by("pk")
    found = list(locked.values_list("pk", flat=True))
    doubtful = Delivery.objects.filter(campaign__in=found, status=DeliveryStatus.UNCERTAIN)
    doubtful.exclude(retry_at=None).update(retry_at=None)
    return sum(map(cancel, found))


def is_called_off(campaign_id: int) -> bool:
    """Return whether a campaign announces an event that has been cancelled.

    The campaign's row is locked, as it is by whoever cancels the event.
    """
    cancelled = Campaign.objects.filter(pk=campaign_id, event__status=EventStatus.CANCELLED)
    return _announcing(cancelled).exists()


def _announcing(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Leave out what tells of a cancellation, and follow-ups, which are about what has been."""
    campaigns = campaigns.exclude(kind=CampaignKind.CANCELLATION)
    return campaigns.exclude(audience__rule__in=AFTERWARDS)
