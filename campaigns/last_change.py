"""The last change of a campaign, in words: for whoever came too late with another one."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from campaigns.audit_actions import CampaignAuditAction, EventAction
from campaigns.models import Campaign, Event
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.audit.actor import ActorKind
from newsletter.models import AuditEntry
from staff.accounts.names import name_of

CHANGES: Mapping[str, str] = {
    CampaignAuditAction.CREATED: "created the campaign",
    CampaignAuditAction.SUBMITTED: "submitted it for review",
    CampaignAuditAction.REVIEWERS_ASKED: "asked reviewers",
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
    CampaignAuditAction.RESOLVED: "decided about uncertain emails",
    CampaignAuditAction.RETRACTED: "marked it as sent in error",
    CampaignAuditAction.RETRACTION_ENDED: "took back the notice that it was sent in error",
    CampaignAuditAction.ARCHIVE_NARROWED: "let fewer people read it later",
    CampaignAuditAction.CONTENT_SAVED: "changed the content",
    CampaignAuditAction.CONTENT_REMOVED: "removed a language",
    CampaignAuditAction.TRANSLATION_CHECKED: "checked a translation",
    CampaignAuditAction.FALLBACK_ACCEPTED: "accepted another language for recipients",
    CampaignAuditAction.VERSION_RESTORED: "restored an earlier version",
    CampaignAuditAction.AUDIENCE_SAVED: "changed the audience",
    CampaignAuditAction.DETAILS_SAVED: "changed the details",
}
"""All that changes a campaign, after a name."""

CHANGES_OF_EVENT: Mapping[str, str] = {
    EventAction.CREATED: "created the event",
    EventAction.CHANGED: "changed the event",
    EventAction.CANCELLED: "cancelled the event",
    EventAction.DOCUMENT_ADDED: "added a document to the event",
    EventAction.DOCUMENT_DELETED: "deleted a document of the event",
}
"""All that changes an event, and so the emails about it."""

_OF_STATE = [
    each
    for each in CHANGES
    if each
    not in (
        CampaignAuditAction.REVIEWERS_ASKED,
        CampaignAuditAction.TRANSLATION_CHECKED,
        CampaignAuditAction.FALLBACK_ACCEPTED,
        CampaignAuditAction.RETRACTED,
        CampaignAuditAction.RETRACTION_ENDED,
        CampaignAuditAction.ARCHIVE_NARROWED,
    )
]
"""Those that change the state of a campaign, or may take it back to draft."""


def last_change(campaign: Campaign, *, and_its_event: bool = False) -> str:
    """Return who last changed a campaign, in whatever way, and when, as a sentence for staff.

    Args:
        campaign: as it is now.
        and_its_event: whether an edit of the event counts, too, which changes the email.

    Returns:
        Such as "Ada Obi changed the audience at 17:20:05 UTC."; empty where nobody knows.
    """
    of_event = [*CHANGES_OF_EVENT] if and_its_event else []
    return _done_last(campaign, [*CHANGES], of_event)


def last_change_of_state(campaign: Campaign) -> str:
    """Return who last changed the state of a campaign and when, as `last_change` does.

    Args:
        campaign: as it is now.
    """
    if campaign.status == CampaignStatus.SENT and campaign.finished_at:
        return f"Sending finished {_when(campaign.finished_at)}."
    return _done_last(campaign, _OF_STATE, sent_again_alone=True)


def done_last(campaign: Campaign, actions: Collection[str]) -> str:
    """Return who last did one of some actions to a campaign and when, as `last_change` does.

    Args:
        campaign: as it is now.
        actions: of `CampaignAuditAction`, of those that change a campaign.
    """
    return _done_last(campaign, actions)


def _done_last(
    campaign: Campaign,
    actions: Collection[str],
    of_event: Collection[str] = (),
    *,
    sent_again_alone: bool = False,
) -> str:
    """Return who last did something, and when.

    Args:
        of_event: actions on the event that count, too.
        sent_again_alone: whether a decision about uncertain emails counts only where they are sent
            again. Others leave the state as it is.
    """
    about = Q(
        object_type=campaign._meta.label_lower, object_id=str(campaign.pk), action__in=actions
    )
    if of_event and campaign.event_id:
        about |= Q(
            object_type=Event._meta.label_lower,
            object_id=str(campaign.event_id),
            action__in=of_event,
        )
    entries = AuditEntry.objects.filter(about)
    if sent_again_alone:
        is_planned = Q(details__to=DeliveryStatus.PLANNED)
        entries = entries.exclude(~is_planned, action=CampaignAuditAction.RESOLVED)
    entry = entries.order_by("-id").first()
    return "" if entry is None else _in_words(entry, campaign)


def _in_words(entry: AuditEntry, campaign: Campaign) -> str:
    # Emptied entries of years ago name nobody any more.
    who = name_of(entry.actor_id, otherwise=entry.actor_name) or "Somebody"
    if entry.actor_kind == ActorKind.CONVENE:
        who = "Convene"
    did = {**CHANGES, **CHANGES_OF_EVENT}[entry.action]
    if (
        entry.action == CampaignAuditAction.RESOLVED
        and entry.details.get("to") == DeliveryStatus.PLANNED
    ):
        did = "had uncertain emails sent again"
    then = ""
    if (
        campaign.status == CampaignStatus.SENDING
        and entry.action == CampaignAuditAction.LAUNCHED
        and campaign.launched_at
    ):
        then = f", and sending started {_when(campaign.launched_at)}"
    return f"{who} {did} {_when(entry.at)}{then}."


def _when(moment: datetime) -> str:
    if abs(timezone.now() - moment).total_seconds() < 12 * 3600:
        return f"at {moment:%H:%M:%S} UTC"
    return f"on {moment:%-d %B %Y} at {moment:%H:%M} UTC"
