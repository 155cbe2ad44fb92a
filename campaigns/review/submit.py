"""Submitting a campaign for review: asking people by name, and withdrawing the request."""

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.back_to_draft import back_to_draft
from campaigns.content.versions import keep_version
from campaigns.models import Campaign
from campaigns.review.approvers import who_can_be_asked
from campaigns.review.wrong_state import WrongState, state_now
from campaigns.review_requests import ask, end_requests
from campaigns.review_states import ReviewEnding
from campaigns.states import CAMPAIGN_TRANSITIONS, CampaignStatus, VersionReason
from newsletter.audit.actor import current_actor
from newsletter.core.db.transition import transition


class CannotBeAsked(ValueError):
    """Somebody was chosen who can't approve the campaign, perhaps not any more."""


@transaction.atomic
def submit(campaign: Campaign, *, reviewers: Collection[int] = ()) -> Campaign:
    """Submit a draft for review (draft → in review), and ask people for it.

    Whoever else may approve it still can.

    Args:
        reviewers: ids of accounts; none: whoever may approve it finds it on their dashboard.

    Raises:
        WrongState: it is not a draft.
        CannotBeAsked: nothing has been done.
    """
    if not transition(
        Campaign.objects.filter(pk=campaign.pk),
        CAMPAIGN_TRANSITIONS,
        CampaignStatus.IN_REVIEW,
        submitted_by_id=current_actor().account_id,
        pause_reason="",
    ):
        raise WrongState(f"Only a draft can be submitted for review. {state_now(campaign)}")
    # Of the row as it is: somebody may have written in it since, and can't approve it then.
    campaign.refresh_from_db()
    chosen = _chosen(campaign, reviewers)
    keep_version(campaign, VersionReason.SUBMITTED)
    record_campaign(
        CampaignAuditAction.SUBMITTED, campaign, asked=[each.get_username() for each in chosen]
    )
    ask(campaign, chosen)
    return campaign


@transaction.atomic
def ask_also(campaign: Campaign, *, reviewers: Collection[int]) -> list[User]:
    """Ask more people to review a campaign that is in review.

    Returns:
        Those who hadn't been asked.

    Raises:
        WrongState: it is not in review.
        CannotBeAsked: nobody has been asked.
    """
    locked = _in_review(campaign)
    new = ask(locked, _chosen(locked, reviewers))
    if new:
        names = [each.get_username() for each in new]
        record_campaign(CampaignAuditAction.REVIEWERS_ASKED, locked, asked=names)
    return new


@transaction.atomic
def withdraw(campaign: Campaign) -> Campaign:
    """Withdraw a campaign from review (in review → draft). Those who were asked are told.

    Raises:
        WrongState: it is not in review.
    """
    locked = _in_review(campaign)
    end_requests(locked, ReviewEnding.WITHDRAWN)
    back_to_draft(Campaign.objects.filter(pk=locked.pk))
    record_campaign(CampaignAuditAction.WITHDRAWN, locked)
    campaign.refresh_from_db()
    return campaign


def _in_review(campaign: Campaign) -> Campaign:
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.status != CampaignStatus.IN_REVIEW:
        raise WrongState(f"This needs a campaign in review. {state_now(locked)}")
    return locked


def _chosen(campaign: Campaign, reviewers: Collection[int]) -> list[User]:
    can_be = {each.pk: each for each in who_can_be_asked(campaign)} if reviewers else {}
    if {*reviewers} - {*can_be}:
        raise CannotBeAsked(
            "Nobody was asked: somebody whom you chose can’t approve this campaign any more. "
            "Choose again."
        )
    return [can_be[each] for each in dict.fromkeys(reviewers)]
