"""Recording what is done to a campaign."""

from typing import Any

from campaigns.audit_actions import CampaignAuditAction
from campaigns.models import Campaign
from newsletter.audit.record import record


def record_campaign(action: CampaignAuditAction, campaign: Campaign, **details: Any) -> None:
    """Record an action, in the transaction of what is done.

    Args:
        details: as `newsletter.audit.record.record` takes them.
    """
    record(
        action,
        campaign,
        label=f"campaign “{campaign.name}”",
        topic_id=campaign.topic_id,
        **details,
    )
