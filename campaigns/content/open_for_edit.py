"""Opening a campaign for an edit: locked, compared with what the editor saw, recorded."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.authors import note_author
from campaigns.back_to_draft import back_to_draft
from campaigns.content.fingerprint import fingerprint
from campaigns.edit_conflict import refuse_conflict
from campaigns.models import Campaign
from campaigns.states import EDITABLE, CampaignStatus
from newsletter.audit.actor import current_actor
from newsletter.models import AuditEntry
from staff.accounts.names import name_of


class NotEditable(ValueError):
    """The campaign has been launched or cancelled, so its content is final."""


@contextmanager
def open_for_edit(
    campaign: Campaign,
    seen: str,
    version: Callable[[], str],
    *,
    action: CampaignAuditAction,
    states: Collection[str] = EDITABLE,
    unless_recorded_since: timedelta | None = None,
    **details: str,
) -> Iterator[Campaign]:
    """Lock a campaign for an edit, and take it back to draft if what is approved has changed.

    Args:
        seen: the version that the form was opened with; empty: any.
        version: reads the saved version of what is edited.
        action: what the audit log says if it changes, with `details`.
        states: those in which it may be edited.
        unless_recorded_since: it doesn't say so again where the same person did the same within
            this time.

    Raises:
        NotEditable, EditConflict: nothing has been changed.
    """
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if locked.status not in states:
            raise NotEditable(
                f"This campaign is {locked.get_status_display().lower()}, so it can’t be changed "
                f"any more."
            )
        # A draft has no approval to end, and a fingerprint reads all that an email shows.
        approved = fingerprint(locked) if _may_say_more(locked) else ""
        opened = version()
        yield locked
        edited = version()
        refuse_conflict(seen, before=opened, after=edited)
        fresh = Campaign.objects.get(pk=locked.pk)
        if edited != opened:
            note_author(fresh)
            if not _is_recorded(action, fresh, details, unless_recorded_since):
                record_campaign(action, fresh, **details)
            if not approved:
                Campaign.objects.filter(pk=fresh.pk).update(updated_at=timezone.now())
        if approved:
            end_changed_approval(fresh, approved=approved)


def _may_say_more(campaign: Campaign) -> bool:
    """Return whether a change of what is approved has more to do than to save it.

    An approval ends with it, and so does the reason why one ended before.
    """
    return campaign.status != CampaignStatus.DRAFT or bool(campaign.pause_reason)


def end_changed_approval(campaign: Campaign, *, approved: str) -> None:
    """Take a campaign back to draft if what was approved has changed.

    Args:
        campaign: locked, and as it is saved now.
        approved: its fingerprint before the change.
    """
    if fingerprint(campaign) == approved:
        return
    rows = Campaign.objects.filter(pk=campaign.pk)
    rows.update(updated_at=timezone.now(), pause_reason="")
    actor = current_actor()
    who = name_of(actor.account_id, otherwise=actor.name)
    back_to_draft(rows, news=f"{who} changed it after it was scheduled.")


def _is_recorded(
    action: CampaignAuditAction,
    campaign: Campaign,
    details: Mapping[str, str],
    since: timedelta | None,
) -> bool:
    if since is None:
        return False
    actor = current_actor()
    last = (
        AuditEntry.objects.filter(
            object_type=campaign._meta.label_lower, object_id=str(campaign.pk), action=action
        )
        .order_by("-id")
        .first()
    )
    return (
        last is not None
        and (last.actor_kind, last.actor_id) == (actor.kind, actor.account_id)
        and last.details == dict(details)
        and last.at > timezone.now() - since
    )
