"""Looking up the campaign that a command names."""

from django.core.management.base import CommandError

from campaigns.models import Campaign

LARGEST_ID = 2**63 - 1


def campaign_by_id(campaign_id: int) -> Campaign:
    """Find the campaign with that id.

    Raises:
        CommandError: there is none; the message names the latest ones.
    """
    campaign = (
        Campaign.objects.filter(pk=campaign_id).first() if 0 < campaign_id <= LARGEST_ID else None
    )
    if campaign is None:
        latest = ", ".join(f"{row.pk} ({row.name})" for row in Campaign.objects.order_by("-id")[:5])
        raise CommandError(
            f"There is no campaign {campaign_id}. "
            + (f"The latest are: {latest}." if latest else "There are none yet.")
        )
    return campaign
