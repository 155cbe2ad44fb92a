"""The audience of a later version of a campaign: those who were never written to.

A paused campaign can be written anew for the rest (`campaigns.content.later_version`). Whoever was
tried keeps the version of the first attempt.
"""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.models import Campaign, Delivery
from campaigns.states import DeliveryStatus


def left_over(campaign_id: int | None) -> QuerySet[Delivery]:
    """Select the deliveries of a campaign that wait, and were never attempted."""
    return Delivery.objects.filter(
        campaign_id=campaign_id or 0, status=DeliveryStatus.PLANNED, attempt=0
    )


def is_left_over(campaign_id: int | None) -> Q:
    """Build the condition on a subscriber that a campaign was never tried for them, and waits."""
    return Q(Exists(left_over(campaign_id).filter(subscriber_id=OuterRef("pk"))))


def waits_to_take_over(campaign: Campaign) -> bool:
    """Return whether a campaign is a later version whose audience the earlier one still holds."""
    return campaign.earlier_version_id is not None and campaign.is_editable


def earlier_versions(campaign: Campaign) -> Collection[int]:
    """Return the ids of all versions before this one, the nearest first."""
    found: list[int] = []
    before = campaign.earlier_version_id
    while before is not None and before not in found:
        found.append(before)
        before = Campaign.objects.values_list("earlier_version", flat=True).get(pk=before)
    return found
