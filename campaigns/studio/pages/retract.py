"""The page that marks a sent campaign as sent in error, or lets fewer people read its email."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.audit_actions import CampaignAuditAction
from campaigns.content.archive import campaigns_for_subscribers, readable_campaigns
from campaigns.content.archive_access import archive_access_of
from campaigns.content.narrow_archive import NARROWER, narrow_archive
from campaigns.edit_conflict import EditConflict
from campaigns.last_change import done_last
from campaigns.models import Campaign, Retraction
from campaigns.sending.retract import (
    LONGEST_NOTICE,
    CannotRetract,
    notice_version,
    retract,
    take_back_retraction,
)
from campaigns.studio.decorators import LAUNCH, campaign_view, page_context, seen_in, studio_url
from subscribers.states import ArchiveAccess

_TAKE_BACK = "take_back"
"""The button that takes back a notice which is newer than the page, with its version."""
_NARROW = {
    ArchiveAccess.SUBSCRIBERS: "Show to subscribers only",
    ArchiveAccess.NONE: "Show to nobody",
}
_ACTIONS = (CampaignAuditAction.RETRACTED, CampaignAuditAction.RETRACTION_ENDED)


@campaign_view("GET", "POST", permission=LAUNCH, to_read=LAUNCH)
def retract_page(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Ask for the notice that readers find, and show it or take it back."""
    if not campaign.launched_at:
        return redirect(studio_url("progress", campaign))
    if (to := request.POST.get("act", "")) in ArchiveAccess:
        return _narrow(request, campaign, ArchiveAccess(to))
    error = newer = ""
    seen = request.POST.get("seen") or notice_version(campaign)
    if request.method == "POST":
        try:
            if request.POST.get("act") == "end" or _TAKE_BACK in request.POST:
                _take_back(request, campaign)
            else:
                _mark(request, campaign)
        except CannotRetract as problem:
            error = str(problem)
        except EditConflict as conflict:
            newer = conflict.newer
        else:
            return redirect(studio_url("report", campaign))
    # As it is now: somebody else may have changed it since this page was opened.
    found = Retraction.objects.filter(campaign=campaign).first()
    text, hides = (found.text, found.hides_email) if found else ("", False)
    if request.method == "POST":
        text, hides = request.POST.get("text", ""), _hides(request)
    context = page_context(
        request,
        campaign,
        step="report",
        retraction=found,
        text=text,
        hides=hides,
        error=error,
        seen=seen,
        newer=newer,
        maximum=LONGEST_NOTICE,
        is_readable=any(
            rows.filter(pk=campaign.pk).exists()
            for rows in (readable_campaigns(), campaigns_for_subscribers())
        ),
        past_emails=archive_access_of(campaign).label,
        narrower=[(to.value, _NARROW[to]) for to in NARROWER[archive_access_of(campaign)]],
        last=done_last(campaign, _ACTIONS),
    )
    status = 409 if newer else 422 if error else 200
    return TemplateResponse(request, "studio/retract.html", context, status=status)


def _narrow(request: HttpRequest, campaign: Campaign, to: ArchiveAccess) -> HttpResponse:
    if narrow_archive(campaign.pk, to=to):
        said = f"Who can read this email on your pages from now on: {to.label}."
        messages.success(request, said)
    else:
        messages.info(request, "Nothing was changed: no more people than that can read it.")
    return redirect(studio_url("retract", campaign))


def _hides(request: HttpRequest) -> bool:
    return request.POST.get("shows") == "notice"


def _mark(request: HttpRequest, campaign: Campaign) -> None:
    text, seen = request.POST.get("text", ""), seen_in(request.POST)
    if retract(campaign.pk, text=text, hides_email=_hides(request), seen=seen):
        messages.success(request, "Readers of this email now find that it was sent in error.")
    else:
        happened = done_last(campaign, _ACTIONS)
        said = f"Nothing was changed: readers find this notice already. {happened}"
        messages.info(request, said.rstrip())


def _take_back(request: HttpRequest, campaign: Campaign) -> None:
    seen = request.POST.get(_TAKE_BACK) or seen_in(request.POST)
    if take_back_retraction(campaign.pk, seen=seen):
        messages.success(request, "The notice is gone. Readers find the email as it was sent.")
    else:
        happened = done_last(campaign, _ACTIONS)
        said = f"Nothing was changed: this campaign isn’t marked as sent in error. {happened}"
        messages.info(request, said.rstrip())
