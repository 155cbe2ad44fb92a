"""Recording what is done to a campaign."""

from typing import Any

from django.db.models import Q

from campaigns.audit_actions import CampaignAuditAction
from campaigns.models import Campaign, Event
from newsletter.audit.record import record
from newsletter.models import AuditEntry
from staff.accounts.names import name_of

_BESIDE = (
    CampaignAuditAction.PROOF_SENT,
    CampaignAuditAction.COMMENTED,
    CampaignAuditAction.COMMENT_SETTLED,
    CampaignAuditAction.LOOKED_AT,
)
"""Actions that change neither a campaign nor its state."""


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


def latest_action(campaign: Campaign, *, and_its_event: bool = False) -> str:
    """Say who did something to a campaign last, and when, for whoever comes second.

    Such as “Last action: approved, by Nora, Monday 30 November 2026, 17:25 UTC.”

    Args:
        and_its_event: whether an edit of the event counts, too, which changes the email.

    Returns:
        A sentence; empty where nothing is recorded.
    """
    about = Q(object_type=campaign._meta.label_lower, object_id=str(campaign.pk))
    if and_its_event and campaign.event_id:
        about |= Q(object_type=Event._meta.label_lower, object_id=str(campaign.event_id))
    entries = AuditEntry.objects.filter(about).exclude(action__in=_BESIDE)
    entry = entries.order_by("-pk").first()
    if entry is None:
        return ""
    words = entry.words[:1].lower() + entry.words[1:]
    who = name_of(entry.actor_id, otherwise=entry.actor_name)
    return f"Last action: {words}, by {who}, {entry.at:%A %-d %B %Y, %H:%M} UTC."
