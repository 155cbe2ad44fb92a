"""Ending what asks people to an event, or says how to join it, once that is cancelled."""

from django.db import transaction
from django.db.models import QuerySet

from campaigns.models import Campaign, Delivery
from campaigns.sending.claims.outdated import announcing
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.states import LAUNCHED, UNDER_WAY, DeliveryStatus

_REASON = "The event was cancelled, so nothing more of this is sent."


def ending_with(event_id: int) -> QuerySet[Campaign]:
    """Select the campaigns under way or paused that end when an event is cancelled."""
    return announcing(Campaign.objects.filter(event=event_id, status__in=UNDER_WAY))


@transaction.atomic
def end_what_announces(event_id: int) -> int:
    """End the campaigns about a cancelled event that are under way or paused.

    Of those that were sent, what is in doubt isn't repeated any more. They are locked with the
    others, because the clock may be repeating it just now.

    Returns:
        The number of campaigns that this caller ended.
    """
    launched = announcing(Campaign.objects.filter(event=event_id, status__in=LAUNCHED))
    locked = launched.select_for_update(of=("self",)).order_by("pk")
    found = list(locked.values_list("pk", flat=True))
    doubtful = Delivery.objects.filter(campaign__in=found, status=DeliveryStatus.UNCERTAIN)
    doubtful.exclude(retry_at=None).update(retry_at=None)
    return sum(cancel(pk, reason=_REASON) for pk in found)
