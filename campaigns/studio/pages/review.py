"""The review page, and a second person's decision."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.content.fingerprint import fingerprint
from campaigns.last_change import last_change
from campaigns.models import Campaign
from campaigns.review.approval import (
    CannotApprove,
    CommentsOpen,
    approve,
    return_to_draft,
)
from campaigns.review.wrong_state import WrongState
from campaigns.states import CampaignStatus
from campaigns.studio.decorators import (
    APPROVE,
    LAUNCH,
    VIEW,
    actor_name,
    campaign_view,
    studio_url,
)
from campaigns.studio.pages.review_page import (
    NOTE_AT_MOST,
    UNPROCESSABLE,
    review_page,
)
from campaigns.studio.pages.same_email import same_email
from campaigns.studio.preflight_findings import in_words
from newsletter.core.numbers import whole_number
from staff.sign_in.steps import used_second_factor


@campaign_view("GET", permission=VIEW)
def review(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show what a reviewer needs."""
    return review_page(request, campaign)


@campaign_view("POST", permission=APPROVE, page="review")
def decide(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Approve exactly what was on the reviewer's page, or request changes."""
    note = request.POST.get("note", "")[:NOTE_AT_MOST]
    if request.POST.get("fingerprint") != fingerprint(campaign):
        messages.error(
            request,
            "Your decision was not saved: someone changed the campaign while you read it. "
            f"{last_change(campaign, and_its_event=True)} Check it again below.",
        )
        return review_page(request, campaign, note=note, status=UNPROCESSABLE)
    reviewer = request.user if isinstance(request.user, User) else None
    before = campaign.status
    try:
        if request.POST.get("decision") == "approve":
            approve(
                campaign,
                by=actor_name(request),
                reviewer=reviewer,
                note=note,
                seen=request.POST.get("fingerprint", ""),
                last_seen=whole_number(request.POST.get("last_decision", "")) or 0,
                closes=[whole_number(each) or 0 for each in request.POST.getlist("closes")],
                second_factor=used_second_factor(request),
            )
            if campaign.status == CampaignStatus.SCHEDULED:
                messages.success(request, "Approved. It stays scheduled.")
                return redirect(studio_url("progress", campaign))
            who = "You" if request.user.has_perm(LAUNCH) else "A colleague"
            messages.success(request, f"Approved. {who} can send it now.")
            return redirect(studio_url("launch", campaign))
        if request.POST.get("decision") == "return":
            return_to_draft(campaign, by=actor_name(request), reviewer=reviewer, note=note)
            messages.success(request, "Changes requested. The campaign is a draft again.")
            if before == CampaignStatus.SCHEDULED:
                messages.warning(request, "It isn’t sent at the scheduled time.")
            return same_email(request, campaign)
        messages.error(request, "Nothing was changed. Choose to approve or to request changes.")
    except CommentsOpen as error:
        messages.error(request, f"Not approved yet. {error}")
        return review_page(
            request, campaign, note=note, closing=error.comments, status=UNPROCESSABLE
        )
    except CannotApprove as error:
        reasons = [
            str(each) for each in in_words(campaign, error.findings, may=request.user.has_perm)
        ]
        for reason in reasons or [str(error)]:
            messages.error(request, f"Not approved. {reason}")
    except WrongState as error:
        messages.error(request, str(error))
    campaign.refresh_from_db()
    return review_page(request, campaign, note=note, status=UNPROCESSABLE)
