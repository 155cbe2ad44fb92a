"""Recording what is done to a campaign, and who has written in it."""

from typing import Any

from campaigns.audit_actions import CampaignAuditAction
from campaigns.models import Campaign, Event
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


def note_author(written: Campaign | Event) -> None:
    """Remember whoever is acting as an author. The caller holds the row."""
    key = current_actor().key
    if key and key not in written.authors:
        written.authors = [*written.authors, key]
        type(written)._default_manager.filter(pk=written.pk).update(authors=written.authors)


def is_author(campaign: Campaign) -> bool:
    """Return whether whoever is acting has written in the campaign, or in the event it is about."""
    key = current_actor().key
    return bool(key) and key in _authors(campaign)


def author_accounts(campaign: Campaign) -> list[int]:
    """Return the ids of the staff accounts that are its authors."""
    kind = f"{ActorKind.ACCOUNT}:"
    return [int(key.removeprefix(kind)) for key in _authors(campaign) if key.startswith(kind)]


def _authors(campaign: Campaign) -> list[str]:
    """Return the authors of a campaign, and of its event, whose words and links it shows."""
    return [*campaign.authors, *(campaign.event.authors if campaign.event else ())]
