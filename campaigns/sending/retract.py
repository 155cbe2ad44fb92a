"""Saying of a sent campaign that it was sent in error, wherever it can be read."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.edit_conflict import refuse_conflict, version_of_values
from campaigns.models import Campaign, Retraction
from campaigns.models.retraction import retraction_of
from campaigns.sending.claims.settle import is_stopped_again
from campaigns.sending.pause_cancel_undo import pause

LONGEST_NOTICE = 500
"""Characters of the text that readers find."""


class CannotRetract(ValueError):
    """The campaign can't be marked, or the text doesn't do. The message says why."""


def notice_version(campaign: Campaign) -> str:
    """Return the version of what is said of a campaign, for `seen`; also where nothing is."""
    found = retraction_of(campaign)
    return version_of_values(_said(found.text, found.hides_email) if found else {})


@transaction.atomic
def retract(campaign_id: int, *, text: str, hides_email: bool, seen: str = "") -> bool:
    """Mark a campaign as sent in error, or change what is said of it.

    It shows where the email can be read: in the archive, its lists and its feed, and in the browser
    view of people in discreet mode. What is in mailboxes stays as it is. If it is still being sent,
    it is paused, and doesn't go on after its canary by itself.

    Args:
        text: for readers: what was wrong, and what is right.
        hides_email: whether the text stands in place of the email; otherwise above it.
        seen: the `notice_version` that the form showed; empty: any.

    Returns:
        Whether this says something else than was said before.

    Raises:
        CannotRetract: nothing of it has been sent, or there is no text, or too much.
        EditConflict: somebody else said something since, or took it back.
    """
    campaign = _locked(campaign_id)
    if campaign.launched_at is None:
        raise CannotRetract("Nothing of this campaign was sent.")
    text = " ".join(text.replace("\0", " ").split())
    if not text:
        raise CannotRetract("Write what was wrong, and what is right.")
    if len(text) > LONGEST_NOTICE:
        raise CannotRetract(f"Write at most {LONGEST_NOTICE} characters.")
    said = _said(text, hides_email)
    refuse_conflict(seen, before=notice_version(campaign), after=version_of_values(said))
    is_new = notice_version(campaign) != version_of_values(said)
    if is_new:
        now = timezone.now()
        _note_change(campaign_id, now)
        Retraction.objects.update_or_create(
            campaign=campaign, defaults=said, create_defaults={**said, "retracted_at": now}
        )
        record_campaign(CampaignAuditAction.RETRACTED, campaign, hides_email=hides_email)
    if not is_stopped_again(campaign_id):  # it ends by itself when what is claimed is settled
        pause(campaign_id, reason="Marked as sent in error.")
    return is_new


@transaction.atomic
def take_back_retraction(campaign_id: int, *, seen: str = "") -> bool:
    """Show a campaign as it was sent again.

    Args:
        seen: as of `retract`.

    Returns:
        Whether this caller did; False where it isn't marked, or isn't any more.

    Raises:
        EditConflict: the notice says something else by now.
    """
    campaign = _locked(campaign_id)
    refuse_conflict(seen, before=notice_version(campaign), after=version_of_values({}))
    if not Retraction.objects.filter(campaign=campaign_id).delete()[0]:
        return False
    _note_change(campaign_id, timezone.now())
    record_campaign(CampaignAuditAction.RETRACTION_ENDED, campaign)
    return True


def _locked(campaign_id: int) -> Campaign:
    """Lock the campaign, so that of two people who change its notice one sees the other's."""
    return Campaign.objects.select_for_update(of=("self",)).get(pk=campaign_id)


def _note_change(campaign_id: int, now: datetime) -> None:
    """Note when readers find something else: feed readers show again what was updated."""
    Campaign.objects.filter(pk=campaign_id).update(notice_changed_at=now)


def _said(text: str, hides_email: bool) -> dict[str, Any]:
    return {"text": text, "hides_email": hides_email}
