"""Ending what is being sent about an event that is cancelled."""

from campaigns.models import Campaign
from campaigns.review.event_findings import AFTERWARDS
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.states import UNDER_WAY, CampaignKind


def end_what_announces(event_id: int) -> int:
    """End the campaigns under way, or paused, that ask people to an event or say how to join it.

    What tells of the cancellation goes on, and so do follow-ups, which are about what has been.

    Returns:
        The number of campaigns that this caller ended.
    """
    campaigns = Campaign.objects.filter(event=event_id, status__in=UNDER_WAY)
    campaigns = campaigns.exclude(kind=CampaignKind.CANCELLATION)
    campaigns = campaigns.exclude(audience__rule__in=AFTERWARDS)
    return sum(cancel(pk) for pk in list(campaigns.order_by("pk").values_list("pk", flat=True)))
