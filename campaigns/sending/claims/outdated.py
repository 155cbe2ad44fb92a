"""Campaigns that were sent, and tell of their event what isn't so any more."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.audience.rules import PERHAPS_REACHED
from campaigns.event_states import EventStatus
from campaigns.models import Campaign, Delivery
from campaigns.review.event_findings import AFTERWARDS
from campaigns.states import CampaignKind, DeliveryStatus


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


def has_newer_entry() -> Q:
    """Build the condition on a delivery that its recipient's calendar knows its event newer.

    An email about the event as it is since reached them, may have, or will. A calendar must not get
    an entry with a lower SEQUENCE afterwards (RFC 5546 section 2.1.4).
    """
    newer = Delivery.objects.filter(
        subscriber=OuterRef("subscriber"),
        status__in=(*PERHAPS_REACHED, DeliveryStatus.PLANNED, DeliveryStatus.CLAIMED),
        campaign__event=OuterRef("campaign__event"),
        campaign__calendar_sequence__gt=OuterRef("campaign__calendar_sequence"),
    )
    newer = newer.exclude(campaign__calendar_method="")
    return ~Q(campaign__calendar_method="") & Q(Exists(newer))
