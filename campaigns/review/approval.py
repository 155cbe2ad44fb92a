"""Approval: a person has read exactly this, for exactly these readers."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from campaigns.content.fingerprint import fingerprint
from campaigns.models import Campaign, Review
from campaigns.review.preflight import Finding, blockers, preflight
from campaigns.states import CAMPAIGN_MOVES, CampaignStatus, ReviewDecision
from newsletter.core.transition import transition
from newsletter.epoch.advance import advance


class CannotApprove(Exception):
    """Preflight found blockers, or the campaign's state allows no approval.

    `findings` may be empty in the latter case.
    """

    def __init__(self, message: str, *, findings: list[Finding] | None = None) -> None:
        super().__init__(message)
        self.findings = findings or []


class WrongState(Exception):
    """The campaign is not in a state from which this step leads on: somebody was faster, or it has been launched."""


def submit(campaign: Campaign, *, by: str) -> Campaign:
    """Draft → in review: its writer is done, somebody else may read it.

    Args:
        by: who submits it; the staff member's name or the command line.

    Raises:
        WrongState: it is not a draft.
    """
    if not transition(
        Campaign.objects.filter(pk=campaign.pk), CAMPAIGN_MOVES, CampaignStatus.IN_REVIEW
    ):
        raise WrongState(f"Only a draft can be submitted; {_now(campaign)}.")
    return _fresh(campaign)


def approve(
    campaign: Campaign, *, by: str, reviewer: User | None = None, note: str = "", seen: str = ""
) -> Review:
    """Draft or in review → approved, with a record of what was read.

    Who wrote a campaign may approve it too; the record shows that it was the same person.

    Args:
        by: the reviewer's name, or the command line.
        reviewer: the account, where there is one.
        seen: the fingerprint of what the reviewer's page showed; empty: whatever it is now.

    Raises:
        CannotApprove: there are blockers, the campaign is in another state, or not what the
            reviewer has seen.
    """
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if seen and seen != fingerprint(locked):
            raise CannotApprove("It was changed since you read it. Read it again.")
        found = blockers(preflight(locked))
        if found:
            raise CannotApprove("; ".join(str(finding) for finding in found), findings=found)
        rows = Campaign.objects.filter(pk=locked.pk)
        if not transition(rows, CAMPAIGN_MOVES, CampaignStatus.APPROVED, pause_reason=""):
            raise CannotApprove(
                f"Only a draft or a campaign in review can be approved; {_now(campaign)}."
            )
        review = _record(locked, ReviewDecision.APPROVED, by=by, reviewer=reviewer, note=note)
    _fresh(campaign)
    return review


def return_to_draft(
    campaign: Campaign, *, by: str, reviewer: User | None = None, note: str = ""
) -> Review:
    """In review, approved or scheduled → draft, with a note for its writer.

    Raises:
        WrongState: it is a draft already, or has been launched or cancelled.
    """
    with transaction.atomic():
        if not transition(
            Campaign.objects.filter(pk=campaign.pk),
            CAMPAIGN_MOVES,
            CampaignStatus.DRAFT,
            scheduled_at=None,
        ):
            raise WrongState(
                f"Only a campaign in review, approved or scheduled can be returned; "
                f"{_now(campaign)}."
            )
        advance(now=timezone.now())  # an older copy of the database would send what was taken back
        review = _record(campaign, ReviewDecision.RETURNED, by=by, reviewer=reviewer, note=note)
    _fresh(campaign)
    return review


def standing_approval(campaign: Campaign) -> Review | None:
    """The approval of the campaign exactly as it is now, or None: then it must not leave.

    The latest decision counts: what was approved and then returned is not approved.
    """
    latest = campaign.reviews.order_by("-pk").first()
    if (
        latest is None
        or latest.decision != ReviewDecision.APPROVED
        or latest.fingerprint != fingerprint(campaign)
    ):
        return None
    return latest


def _record(
    campaign: Campaign, decision: ReviewDecision, *, by: str, reviewer: User | None, note: str
) -> Review:
    return Review.objects.create(
        campaign=campaign,
        fingerprint=fingerprint(campaign),
        decision=decision,
        note=note[:500],
        reviewer=reviewer,
        by=by[:150],
    )


def _now(campaign: Campaign) -> str:
    """Its present state in words: the object in hand may be old."""
    status = Campaign.objects.values_list("status", flat=True).get(pk=campaign.pk)
    return f"this one is {CampaignStatus(status).label.lower()}"


def _fresh(campaign: Campaign) -> Campaign:
    campaign.refresh_from_db()
    return campaign
