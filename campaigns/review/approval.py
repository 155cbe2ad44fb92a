"""Approval: a person's decision about exactly this content for exactly this audience."""

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.authors import is_author
from campaigns.back_to_draft import back_to_draft
from campaigns.content.fingerprint import fingerprint
from campaigns.content.versions import keep_version
from campaigns.models import Campaign, Review
from campaigns.review.approvers import may_approve_as_author
from campaigns.review.finding import PreflightFinding, blockers
from campaigns.review.preflight import preflight
from campaigns.states import (
    CAMPAIGN_TRANSITIONS,
    LAUNCHED,
    READY,
    CampaignStatus,
    ReviewDecision,
    VersionReason,
)
from newsletter.core.db.transition import transition

NOT_AS_IT_IS_NOW = "The approval doesn’t cover the campaign as it is now."
"""For staff, of a campaign that lacks its approval."""
OWN_CAMPAIGN = "You have written in this campaign or its event, so somebody else must approve it."


class CannotApprove(Exception):
    """Preflight found blockers, or the campaign's state allows no approval.

    In the latter case `findings` is empty.
    """

    def __init__(self, message: str, *, findings: list[PreflightFinding] | None = None) -> None:
        super().__init__(message)
        self.findings = findings or []


class WrongState(Exception):
    """The campaign's state doesn't allow this: somebody was faster, or it has been launched."""


@transaction.atomic
def submit(campaign: Campaign) -> Campaign:
    """Submit a draft for review (draft → in review).

    Raises:
        WrongState: it is not a draft.
    """
    if not transition(
        Campaign.objects.filter(pk=campaign.pk), CAMPAIGN_TRANSITIONS, CampaignStatus.IN_REVIEW
    ):
        raise WrongState(f"Only a draft can be submitted for review. {_now(campaign)}.")
    keep_version(campaign, VersionReason.SUBMITTED)
    record_campaign(CampaignAuditAction.SUBMITTED, campaign)
    return _fresh(campaign)


def approve(
    campaign: Campaign,
    *,
    by: str,
    reviewer: User | None = None,
    note: str = "",
    seen: str = "",
    last_seen: int | None = None,
    second_factor: bool | None = None,
) -> Review:
    """Approve a campaign (draft or in review → approved), and record what was approved.

    One whose approval doesn't stand any more can be approved again; if it is scheduled, it stays
    so. Somebody who has written in a campaign may approve it only where SELF_APPROVAL allows it.
    The review says so for good.

    Args:
        by: the reviewer's name, or the command line.
        reviewer: the account, where there is one.
        seen: the fingerprint of what the reviewer's page showed; empty: any.
        last_seen: the id of the latest review that the page showed, 0 for none; None: any.
        second_factor: whether the reviewer signed in with one; None: not known.

    Raises:
        CannotApprove: there are blockers, the campaign is in another state, it is not what the
            reviewer has seen, somebody has requested changes since, or the reviewer is an author.
    """
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if seen and seen != fingerprint(locked):
            raise CannotApprove(
                "The campaign was changed while this page was open. Check it again below."
            )
        if last_seen is not None:
            _refuse_if_returned(locked, after=last_seen)
        by_author = is_author(locked)
        if not may_approve_as_author(locked):
            raise CannotApprove(OWN_CAMPAIGN)
        found = blockers(preflight(locked))
        if found:
            raise CannotApprove(" ".join(str(finding) for finding in found), findings=found)
        rows = Campaign.objects.filter(pk=locked.pk)
        if not lacks_approval(locked) and not transition(
            rows, CAMPAIGN_TRANSITIONS, CampaignStatus.APPROVED, pause_reason=""
        ):
            raise CannotApprove(
                f"Only a draft or a campaign in review can be approved. {_now(campaign)}."
            )
        review = _record(
            locked,
            ReviewDecision.APPROVED,
            by=by,
            reviewer=reviewer,
            note=note,
            by_author=by_author,
            second_factor=second_factor,
        )
        keep_version(locked, VersionReason.APPROVED)
        record_campaign(
            CampaignAuditAction.APPROVED, locked, by_author=by_author, second_factor=second_factor
        )
    _fresh(campaign)
    return review


def _refuse_if_returned(campaign: Campaign, *, after: int) -> None:
    """Refuse an approval by somebody whose page didn't show that changes were requested."""
    returned = (
        campaign.reviews.filter(pk__gt=after, decision=ReviewDecision.RETURNED)
        .order_by("-pk")
        .first()
    )
    if returned:
        note = f": “{returned.note}”" if returned.note else "."
        raise CannotApprove(f"{returned.by} requested changes after you opened this page{note}")


def return_to_draft(
    campaign: Campaign, *, by: str, reviewer: User | None = None, note: str = ""
) -> Review:
    """Return a campaign that is in review, approved or scheduled to draft, with a note.

    Raises:
        WrongState: it is a draft already, or has been launched or cancelled.
    """
    with transaction.atomic():
        if not back_to_draft(Campaign.objects.filter(pk=campaign.pk)):
            raise WrongState(
                f"You can request changes to a campaign in review, approved or scheduled. "
                f"{_now(campaign)}."
            )
        review = _record(campaign, ReviewDecision.RETURNED, by=by, reviewer=reviewer, note=note)
        record_campaign(CampaignAuditAction.RETURNED, campaign)
    _fresh(campaign)
    return review


def standing_approval(campaign: Campaign) -> Review | None:
    """Return the approval of the campaign exactly as it is now. Without one it must not be sent.

    The latest decision counts: a campaign that was approved and then returned is not approved. Nor
    is one that became a draft again since, even where it is by now as it was then.
    """
    if campaign.status not in READY | LAUNCHED:
        return None
    latest = campaign.reviews.order_by("-pk").first()
    if (
        latest is None
        or latest.decision != ReviewDecision.APPROVED
        or latest.fingerprint != fingerprint(campaign)
    ):
        return None
    return latest


def lacks_approval(campaign: Campaign) -> bool:
    """Return whether a campaign is approved or scheduled, and its approval doesn't stand.

    Whoever changes what a campaign shows takes it back to draft. So this comes of a change behind
    our back, such as one in the database or an update that has approvals cover more.
    """
    return campaign.status in READY and standing_approval(campaign) is None


def _record(
    campaign: Campaign,
    decision: ReviewDecision,
    *,
    by: str,
    reviewer: User | None,
    note: str,
    **circumstances: bool | None,
) -> Review:
    return Review.objects.create(
        campaign=campaign,
        fingerprint=fingerprint(campaign),
        decision=decision,
        note=note[:500],
        reviewer=reviewer,
        by=by[:150],
        **circumstances,
    )


def _now(campaign: Campaign) -> str:
    """Return its present state in words. It is read from the database, as the object may be old."""
    status = Campaign.objects.values_list("status", flat=True).get(pk=campaign.pk)
    return f"This one is {CampaignStatus(status).label.lower()}"


def _fresh(campaign: Campaign) -> Campaign:
    campaign.refresh_from_db()
    return campaign
