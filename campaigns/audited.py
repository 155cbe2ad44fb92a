"""Recording what is done to a campaign, and who has written in it."""

from typing import Any

from campaigns.audit_actions import CampaignAuditAction
from campaigns.models import Campaign
from newsletter.audit.actor import ActorKind, current_actor
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


def note_author(campaign: Campaign) -> None:
    """Remember whoever is acting as an author. The caller holds the campaign's row."""
    key = current_actor().key
    if key and key not in campaign.authors:
        campaign.authors = [*campaign.authors, key]
        Campaign.objects.filter(pk=campaign.pk).update(authors=campaign.authors)


def is_author(campaign: Campaign) -> bool:
    """Return whether whoever is acting has written in the campaign."""
    key = current_actor().key
    return bool(key) and key in campaign.authors


def author_accounts(campaign: Campaign) -> list[int]:
    """Return the ids of the staff accounts that have written in the campaign."""
    kind = f"{ActorKind.ACCOUNT}:"
    return [int(key.removeprefix(kind)) for key in campaign.authors if key.startswith(kind)]
