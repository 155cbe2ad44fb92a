"""The buttons of the review page by which an author asks for a review, and withdraws it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

from campaigns.audit_actions import CampaignAuditAction
from campaigns.last_change import done_last
from campaigns.models import Campaign
from campaigns.review.approvers import (
    answerable_requests,
    may_approve_as_author,
    who_can_be_asked,
    why_nobody_can_approve,
)
from campaigns.review.submit import CannotBeAsked, ask_also, submit, withdraw
from campaigns.review.wrong_state import WrongState
from campaigns.review_requests import open_requests
from campaigns.states import CampaignStatus
from campaigns.studio.decorators import APPROVE, COMPOSE, campaign_view
from campaigns.studio.pages.same_email import same_email
from newsletter.core.numbers import whole_number
from staff.accounts.names import called

_ASKING = (CampaignAuditAction.SUBMITTED, CampaignAuditAction.REVIEWERS_ASKED)


def requests_context(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """Return who was asked for a review, and who can be asked, for the review page."""
    if campaign.status not in (CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW):
        return {}
    asked = list(open_requests(campaign))
    ids = {each.account_id for each in asked}
    answerable = set(answerable_requests().filter(campaign=campaign).values_list("pk", flat=True))
    can_be = who_can_be_asked(campaign) if request.user.has_perm(COMPOSE) else ()
    return {
        "asked": [(called(each.account), each, each.pk in answerable) for each in asked],
        "is_asked": request.user.pk in ids,
        "can_be_asked": [(each.pk, called(each)) for each in can_be if each.pk not in ids],
        "chosen_reviewers": request.POST.getlist("reviewers"),
    }


@campaign_view("POST", permission=COMPOSE, page="review")
def submit_for_review(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Submit a campaign for review, and ask those who were chosen."""
    try:
        submit(campaign, reviewers=_chosen(request))
    except (WrongState, CannotBeAsked) as error:
        messages.error(request, str(error))
        return same_email(request, campaign)
    asked = [each.account for each in open_requests(campaign)]
    if asked:
        next_step = f" {_told(asked)}"
    elif why_nobody_can_approve(campaign):
        next_step = ""  # the page says what to do
    else:
        may_approve = request.user.has_perm(APPROVE) and may_approve_as_author(campaign)
        next_step = f" {'You or a colleague' if may_approve else 'A colleague'} can approve it now."
    messages.success(request, f"Submitted for review.{next_step}")
    return same_email(request, campaign)


@campaign_view("POST", permission=COMPOSE, page="review")
def ask_reviewers(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Ask more people to review a campaign that is in review."""
    chosen = _chosen(request)
    if not chosen:
        messages.error(request, "Nobody was asked. Choose whom to ask.")
        return same_email(request, campaign)
    try:
        new = ask_also(campaign, reviewers=chosen)
    except (WrongState, CannotBeAsked) as error:
        messages.error(request, str(error))
    else:
        asked = done_last(campaign, _ASKING)
        messages.success(request, _told(new) if new else f"They had been asked before. {asked}")
    return same_email(request, campaign)


@campaign_view("POST", permission=COMPOSE, page="review")
def withdraw_from_review(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Withdraw a campaign from review."""
    asked = open_requests(campaign).exists()
    try:
        withdraw(campaign)
    except WrongState as error:
        messages.error(request, f"Nothing was withdrawn. {error}")
    else:
        told = " Those who were asked are told by email." if asked else ""
        messages.success(request, f"Withdrawn. The campaign is a draft again.{told}")
    return same_email(request, campaign)


def _chosen(request: HttpRequest) -> list[int]:
    """Read the chosen accounts. What is no number is nobody's, and is refused as such."""
    return [whole_number(each) or 0 for each in request.POST.getlist("reviewers")]


def _told(asked: Sequence[User]) -> str:
    names = [called(each) for each in asked]
    if len(names) == 1:
        return f"{names[0]} is asked by email."
    return f"{', '.join(names[:-1])} and {names[-1]} are asked by email."
