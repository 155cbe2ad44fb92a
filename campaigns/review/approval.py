"""Approval: a person's decision about exactly this content for exactly this audience."""

from collections.abc import Collection, Sequence

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.authors import is_author
from campaigns.back_to_draft import back_to_draft
from campaigns.content.fingerprint import approved_facts, fingerprint, fingerprint_of
from campaigns.content.versions import keep_version, latest_version
from campaigns.last_change import last_change
from campaigns.models import Campaign, CampaignVersion, Review, ReviewComment
from campaigns.review.approvers import may_approve_as_author, may_still_approve
from campaigns.review.comments import close_comments, open_comments
from campaigns.review.finding import PreflightFinding, blockers
from campaigns.review.preflight import preflight
from campaigns.review.wrong_state import WrongState, state_now
from campaigns.review_mail import send_review_decided
from campaigns.review_requests import end_requests
from campaigns.review_states import ReviewDecision, ReviewEnding
from campaigns.states import CAMPAIGN_TRANSITIONS, LAUNCHED, READY, CampaignStatus, VersionReason
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


class CommentsOpen(CannotApprove):
    """Comments are open, of which the reviewer hasn't said that the approval closes them."""

    def __init__(self, comments: Sequence[ReviewComment]) -> None:
        number = len(comments)
        are = "1 comment is" if number == 1 else f"{number} comments are"
        super().__init__(f"{are} still open. An approval closes {'it' if number == 1 else 'them'}.")
        self.comments = comments


def approve(
    campaign: Campaign,
    *,
    by: str,
    reviewer: User | None = None,
    note: str = "",
    seen: str = "",
    last_seen: int | None = None,
    closes: Collection[int] | None = None,
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
        closes: ids of open comments of which the reviewer says that the approval closes them;
            None: any.
        second_factor: whether the reviewer signed in with one; None: not known.

    Raises:
        CommentsOpen: a comment is open that isn't among `closes`.
        CannotApprove: there are blockers, the campaign is in another state, it is not what the
            reviewer has seen, somebody has requested changes since, or the reviewer is an author.
    """
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if seen and seen != fingerprint(locked):
            raise CannotApprove(
                f"The campaign was changed while this page was open. "
                f"{last_change(locked, and_its_event=True)} Check it again below."
            )
        if last_seen is not None:
            _refuse_if_returned(locked, after=last_seen)
        by_author = is_author(locked)
        if not may_approve_as_author(locked):
            raise CannotApprove(OWN_CAMPAIGN)
        found = blockers(preflight(locked))
        if found:
            raise CannotApprove(" ".join(str(finding) for finding in found), findings=found)
        comments = list(open_comments(locked))
        if closes is not None and {each.pk for each in comments} - {*closes}:
            raise CommentsOpen(comments)
        rows = Campaign.objects.filter(pk=locked.pk)
        if not lacks_approval(locked) and not transition(
            rows, CAMPAIGN_TRANSITIONS, CampaignStatus.APPROVED, pause_reason=""
        ):
            raise CannotApprove(
                f"Only a draft or a campaign in review can be approved. {state_now(campaign)}"
            )
        review = _record(
            locked,
            ReviewDecision.APPROVED,
            by=by,
            reviewer=reviewer,
            note=note,
            by_author=by_author,
            second_factor=second_factor,
            version=keep_version(locked, VersionReason.APPROVED),
        )
        record_campaign(
            CampaignAuditAction.APPROVED, locked, by_author=by_author, second_factor=second_factor
        )
        close_comments(locked, comments)
        end_requests(locked, ReviewEnding.DECIDED)
        _tell_submitter(locked, review)
    campaign.refresh_from_db()
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
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        end_requests(locked, ReviewEnding.DECIDED)
        if not back_to_draft(
            Campaign.objects.filter(pk=campaign.pk), news=f"{by} requested changes."
        ):
            raise WrongState(
                f"You can request changes to a campaign in review, approved or scheduled. "
                f"{state_now(campaign)}"
            )
        review = _record(
            locked,
            ReviewDecision.RETURNED,
            by=by,
            reviewer=reviewer,
            note=note,
            version=latest_version(locked),
        )
        record_campaign(CampaignAuditAction.RETURNED, campaign)
        _tell_submitter(locked, review)
    campaign.refresh_from_db()
    return review


def standing_approval(campaign: Campaign) -> Review | None:
    """Return the approval of the campaign exactly as it is now. Without one it must not be sent.

    The latest decision counts: a campaign that was approved and then returned is not approved. Nor
    is one that became a draft again since, even where it is by now as it was then; nor one whose
    reviewer may approve nothing more, because their account, role or grant has been taken away.
    """
    if campaign.status not in READY | LAUNCHED:
        return None
    latest = campaign.reviews.order_by("-pk").first()
    if (
        latest is None
        or latest.decision != ReviewDecision.APPROVED
        or (latest.reviewer_id and not may_still_approve(latest.reviewer_id, campaign))
        or latest.fingerprint != fingerprint(campaign)
    ):
        return None
    return latest


def last_approval(campaign: Campaign, *, with_texts: bool = False) -> Review | None:
    """Return the latest approval of a campaign, whether it stands still or not.

    Args:
        with_texts: whether only those count whose texts are kept.
    """
    approvals = campaign.reviews.filter(decision=ReviewDecision.APPROVED).order_by("-pk")
    if with_texts:
        approvals = approvals.filter(version__isnull=False).select_related("version")
    return approvals.first()


def changes_requested(campaign: Campaign) -> Review | None:
    """Return the request for changes that a draft is still to answer.

    None: nobody decided so last, or it was submitted again since, and perhaps withdrawn.
    """
    latest = campaign.reviews.order_by("-pk").first()
    if campaign.status != CampaignStatus.DRAFT or latest is None:
        return None
    answered = campaign.versions.filter(
        reason=VersionReason.SUBMITTED, made_at__gt=latest.decided_at
    )
    is_open = latest.decision == ReviewDecision.RETURNED and not answered.exists()
    return latest if is_open else None


def lacks_approval(campaign: Campaign) -> bool:
    """Return whether a campaign is approved or scheduled, and its approval doesn't stand.

    Whoever changes what a campaign shows takes it back to draft. So this comes of a change behind
    our back, such as one in the database or an update that has approvals cover more, or of a
    reviewer who may approve no more.
    """
    return campaign.status in READY and standing_approval(campaign) is None


def why_it_lacks_approval(campaign: Campaign) -> str:
    """Say why the approval of an approved or scheduled campaign doesn't stand."""
    latest = campaign.reviews.order_by("-pk").first()
    reviewer = latest.reviewer_id if latest else None
    if latest and reviewer and not may_still_approve(reviewer, campaign):
        return f"The approval by {latest.by} doesn’t count any more: they can’t approve it now."
    return NOT_AS_IT_IS_NOW


def _record(
    campaign: Campaign,
    decision: ReviewDecision,
    *,
    by: str,
    reviewer: User | None,
    note: str,
    version: CampaignVersion | None = None,
    **circumstances: bool | None,
) -> Review:
    facts = approved_facts(campaign)
    return Review.objects.create(
        campaign=campaign,
        fingerprint=fingerprint_of(facts),
        version=version,
        facts={name: facts[name] for name in facts if name != "contents"} if version else {},
        decision=decision,
        note=note[:500],
        reviewer=reviewer,
        by=by[:150],
        **circumstances,
    )


def _tell_submitter(campaign: Campaign, review: Review) -> None:
    """Mail whoever submitted a campaign what was decided, unless they decided themselves."""
    submitter = campaign.submitted_by
    if submitter is None or submitter == review.reviewer:
        return
    if review.decision == ReviewDecision.APPROVED:
        decision, what = "Approved", f"{review.by} approved it. It can be sent now."
    else:
        decision = "Changes requested"
        what = (
            f"{review.by} requested changes{_with_comments(campaign)}, so it is a draft again. "
            f"What they say stands on its pages."
        )
    send_review_decided(submitter, campaign, decision=decision, what=what)


def _with_comments(campaign: Campaign) -> str:
    number = open_comments(campaign).count()
    return f", with {number} {'comment' if number == 1 else 'comments'}" if number else ""
