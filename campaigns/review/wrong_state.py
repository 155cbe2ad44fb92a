"""A campaign's state doesn't allow what somebody wants, mostly because somebody was faster."""

from campaigns.last_change import last_change
from campaigns.models import Campaign
from campaigns.states import CampaignStatus


class WrongState(Exception):
    """The campaign's state doesn't allow this: somebody was faster, or it has been launched."""


def state_now(campaign: Campaign) -> str:
    """Say in which state a campaign is, and who did something to it last.

    The state is read from the database, as the object may be old.
    """
    status = Campaign.objects.values_list("status", flat=True).get(pk=campaign.pk)
    words = f"This one is {CampaignStatus(status).label.lower()}."
    return f"{words} {last_change(campaign)}".rstrip()
