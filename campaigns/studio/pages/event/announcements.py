"""The section of an event's page with the campaigns about it."""

from typing import Any

from django.db.models import Q

from campaigns.models import Event
from campaigns.need_to_know import visible_campaigns
from campaigns.states import CampaignStatus
from campaigns.studio.pages.dashboard import CampaignLine
from subscribers.need_to_know.hidden import Account

SHOWN = 20


def announcements(event: Event, account: Account) -> dict[str, Any] | None:
    """Return the latest campaigns about an event that somebody may know of.

    Steps of its series stand in a section of their own.
    """
    if not account.has_perm("campaigns.view_campaign"):
        return None
    known = visible_campaigns(account).filter(event=event).select_related("topic")
    known = known.filter(Q(step="") | Q(status=CampaignStatus.CANCELLED))
    return {"campaigns": [CampaignLine(each) for each in known.order_by("-pk")[:SHOWN]]}
