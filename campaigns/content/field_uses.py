"""Open campaigns whose texts use a custom field."""

import json
import re

from campaigns.models import CampaignContent
from campaigns.states import ENDED


def campaigns_using(key: str) -> list[str]:
    """Return the campaigns that use a merge field and aren't over, in words for staff.

    One about a need-to-know topic isn't named: whoever reads this may not know of it.
    """
    written = re.compile(rf"(?<!\{{)\{{{re.escape(key)}(?:\|[^{{}}]*)?\}}(?!\}})")
    open_ones = CampaignContent.objects.exclude(campaign__status__in=ENDED)
    found = dict[str, None]()
    for content in open_ones.select_related("campaign__topic").order_by("campaign_id", "pk"):
        texts = (content.subject, content.preheader, json.dumps(content.blocks))
        if any(map(written.search, texts)):
            campaign = content.campaign
            found[
                "a campaign about a need-to-know topic"
                if campaign.topic.is_restricted
                else f"the campaign “{campaign.name}”"
            ] = None
    return list(found)
