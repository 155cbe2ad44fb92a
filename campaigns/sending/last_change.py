"""The last change of a campaign's state, in words: for whoever came too late with another one."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from campaigns.audit_actions import CampaignAuditAction
from campaigns.models import Campaign
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.audit.actor import ActorKind
from newsletter.models import AuditEntry

_DID: Mapping[str, str] = {
    CampaignAuditAction.CREATED: "created the campaign",
    CampaignAuditAction.SUBMITTED: "submitted it for review",
    CampaignAuditAction.APPROVED: "approved it",
    CampaignAuditAction.RETURNED: "requested changes",
    CampaignAuditAction.LAUNCHED: "started or scheduled it",
    CampaignAuditAction.WITHDRAWN: "withdrew it from review",
    CampaignAuditAction.TAKEN_BACK: "took it back to draft",
    CampaignAuditAction.MOVED_WITH_CLOCKS: "moved its start with the clocks of a time zone",
    CampaignAuditAction.UNDONE: "took back the sending",
    CampaignAuditAction.PAUSED: "paused sending",
    CampaignAuditAction.RESUMED: "resumed sending",
    CampaignAuditAction.CANCELLED: "stopped sending",
    CampaignAuditAction.RETRIED: "had failed emails tried again",
    CampaignAuditAction.RESOLVED: "had uncertain emails sent again",
    CampaignAuditAction.RETRACTED: "marked it as sent in error",
    CampaignAuditAction.RETRACTION_ENDED: "took back the notice that it was sent in error",
    CampaignAuditAction.CONTENT_SAVED: "changed the content",
    CampaignAuditAction.CONTENT_REMOVED: "removed a language",
    CampaignAuditAction.VERSION_RESTORED: "restored an earlier version",
    CampaignAuditAction.AUDIENCE_SAVED: "changed the audience",
    CampaignAuditAction.DETAILS_SAVED: "changed the details",
}

_OF_STATE = [
    each
    for each in _DID
    if each not in (CampaignAuditAction.RETRACTED, CampaignAuditAction.RETRACTION_ENDED)
]
"""Those that change the state of a campaign."""


_RESOLVED = CampaignAuditAction.RESOLVED


def last_change(campaign: Campaign) -> str:
    """Return who last changed the state of a campaign and when, as a sentence for staff.

    Args:
        campaign: as it is now.

    Returns:
        Such as "Ada Obi paused sending at 17:20:05 UTC."; empty where nobody knows.
    """
    if campaign.status == CampaignStatus.SENT and campaign.finished_at:
        return f"Sending finished {_when(campaign.finished_at)}."
    return done_last(campaign, _OF_STATE)


def done_last(campaign: Campaign, actions: Collection[str]) -> str:
    """Return who last did one of some actions to a campaign and when; empty where nobody did.

    Args:
        campaign: as it is now.
        actions: of `CampaignAuditAction`, of those that have words in `_DID`.
    """
    entries = AuditEntry.objects.filter(
        object_type=campaign._meta.label_lower, object_id=str(campaign.pk), action__in=actions
    )
    # Emails that were said to have arrived, or not, leave the campaign as it is.
    entries = entries.exclude(~Q(details__to=DeliveryStatus.PLANNED), action=_RESOLVED)
    found = entries.order_by("-id").values_list("at", "action", "actor_kind", "actor_name").first()
    if found is None:
        return ""
    at, action, kind, name = found
    if (
        campaign.status == CampaignStatus.SENDING
        and action == CampaignAuditAction.LAUNCHED
        and campaign.launched_at
    ):
        return f"Sending started {_when(campaign.launched_at)}."
    # Emptied entries of years ago name nobody any more.
    who = "Convene" if kind == ActorKind.CONVENE else name or "Somebody"
    return f"{who} {_DID[action]} {_when(at)}."


def _when(moment: datetime) -> str:
    if abs(timezone.now() - moment).total_seconds() < 12 * 3600:
        return f"at {moment:%H:%M:%S} UTC"
    return f"on {moment:%-d %B %Y} at {moment:%H:%M} UTC"
