"""Campaigns that were sent, and tell of their event what isn't so any more."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.event_states import EventStatus
from campaigns.models import Campaign
from campaigns.review.event_findings import AFTERWARDS
from campaigns.states import CampaignKind


def announcing(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Leave out what tells of a cancellation, and follow-ups, which are about what has been."""
    campaigns = campaigns.exclude(kind=CampaignKind.CANCELLATION)
    return campaigns.exclude(audience__rule__in=AFTERWARDS)


def is_outdated(campaign_id: int) -> bool:
    """Return whether nothing more of a campaign may leave, since its event is another by now.

    The event is cancelled, or people were told of another time or place since: whoever got this
    campaign afterwards would take the old one for the new. Its row is locked by the caller.
    """
    updates = Campaign.objects.filter(
        event=OuterRef("event"),
        kind=CampaignKind.UPDATE,
        launched_at__isnull=False,
        calendar_sequence__gt=OuterRef("calendar_sequence"),
    )
    another = Q(event__status=EventStatus.CANCELLED) | Q(Exists(updates))
    return announcing(Campaign.objects.filter(another, pk=campaign_id)).exists()
