"""The page that marks a sent campaign as sent in error, and takes that back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.audit_actions import CampaignAuditAction
from campaigns.content.archive import readable_campaigns
from campaigns.models import Campaign
from campaigns.models.retraction import retraction_of
from campaigns.sending.last_change import done_last
from campaigns.sending.retract import (
    LONGEST_NOTICE,
    CannotRetract,
    retract,
    take_back_retraction,
)
from campaigns.studio.decorators import LAUNCH, campaign_view, page_context, studio_url

_ACTIONS = (CampaignAuditAction.RETRACTED, CampaignAuditAction.RETRACTION_ENDED)


@campaign_view("GET", "POST", permission=LAUNCH, to_read=LAUNCH)
def retract_page(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Ask for the notice that readers find, and show it or take it back."""
    if not campaign.launched_at:
        return redirect(studio_url("progress", campaign))
    found, error = retraction_of(campaign), ""
    text, hides = (found.text, found.hides_email) if found else ("", False)
    if request.POST.get("act") == "end":
        return _take_back(request, campaign)
    if request.method == "POST":
        text, hides = request.POST.get("text", ""), request.POST.get("shows") == "notice"
        try:
            retract(campaign.pk, text=text, hides_email=hides)
        except CannotRetract as problem:
            error = str(problem)
        else:
            messages.success(request, "Readers of this email now find that it was sent in error.")
            return redirect(studio_url("report", campaign))
    context = page_context(
        request,
        campaign,
        step="report",
        retraction=found,
        text=text,
        hides=hides,
        error=error,
        maximum=LONGEST_NOTICE,
        is_readable=readable_campaigns().filter(pk=campaign.pk).exists(),
        last=done_last(campaign, _ACTIONS),
    )
    status = 422 if error else 200
    return TemplateResponse(request, "studio/retract.html", context, status=status)


def _take_back(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    if take_back_retraction(campaign.pk):
        messages.success(request, "The notice is gone. Readers find the email as it was sent.")
    else:
        happened = done_last(campaign, _ACTIONS)
        said = f"Nothing was changed: this campaign isn’t marked as sent in error. {happened}"
        messages.info(request, said.rstrip())
    return redirect(studio_url("report", campaign))
