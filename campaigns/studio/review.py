"""Review: the letter as readers get it, what preflight found, a proof to oneself, and the decision of a second person."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.content.fingerprint import fingerprint
from campaigns.content.shape import ContentError
from campaigns.models import Campaign, CampaignContent
from campaigns.review.approval import (
    CannotApprove,
    WrongState,
    approve,
    return_to_draft,
    standing_approval,
    submit,
)
from campaigns.review.preflight import blockers, preflight
from campaigns.review.proof import send_proof
from campaigns.states import CampaignStatus
from campaigns.studio.compose import languages_of
from campaigns.studio.decorators import COMPOSE, LAUNCH, VIEW, door, frame, name_of, studio_url
from campaigns.studio.email import filled, why_not_shown
from campaigns.studio.findings import in_words
from campaigns.studio.languages import named
from campaigns.studio.samples import NOBODY, chosen_reader, sample_readers
from newsletter.core.addresses import BadAddress, parse_address
from newsletter.rendering.rendered import Rendered
from subscribers.models import Subscriber

NOTE_AT_MOST = 500


@door("GET", permission=(VIEW, COMPOSE, LAUNCH))
def review(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """What a reviewer needs on one page."""
    written = list(campaign.contents.order_by("language"))
    language = request.GET.get("language", campaign.language)
    content = next((each for each in written if each.language == language), None)
    reader = request.GET.get("reader", "")
    rendered, problem = _rendered(content, campaign, chosen_reader(campaign, reader, request))
    findings = preflight(campaign)
    context = frame(
        request,
        campaign,
        step="review",
        content=content,
        language=language,
        languages=named(
            [each for each in languages_of(campaign) if each in {one.language for one in written}]
        ),
        reader=reader,
        nobody=NOBODY,
        readers=sample_readers(campaign, request),
        rendered=rendered,
        problem=problem,
        findings=in_words(campaign, findings),
        blocked=bool(blockers(findings)),
        fingerprint=fingerprint(campaign),
        approval=standing_approval(campaign),
        decisions=campaign.reviews.order_by("-pk")[:10],
        proof_to=request.user.email if isinstance(request.user, User) else "",
        note_at_most=NOTE_AT_MOST,
    )
    return TemplateResponse(request, "studio/review.html", context)


def _rendered(
    content: CampaignContent | None, campaign: Campaign, reader: Subscriber | None
) -> tuple[Rendered | None, str]:
    if content is None:
        return None, "Nothing has been written yet."
    try:
        return filled(content, campaign, reader=reader), ""
    except ValueError as error:
        return None, why_not_shown(error)


@door("POST", permission=(COMPOSE, LAUNCH))
def proof(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """A test copy, by default to whoever asks for it."""
    to = request.POST.get("to", "").strip()
    if not to:
        messages.error(request, "No proof was sent. Say to which address it is to go.")
        return redirect(studio_url("review", campaign))
    try:
        address = parse_address(to)
        send_proof(campaign, to=address, language=request.POST.get("language", campaign.language))
    except BadAddress as error:
        messages.error(request, f"No proof was sent. {error}")
    except ContentError:
        messages.error(request, "No proof was sent. The campaign has no letter in that language.")
    except ValueError as error:
        messages.error(request, f"No proof was sent. {why_not_shown(error)}")
    else:
        messages.success(request, f"A proof is on its way to {address}.")
    return redirect(studio_url("review", campaign))


@door("POST", permission=COMPOSE)
def submit_for_review(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Its writer is done."""
    try:
        submit(campaign, by=name_of(request))
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Submitted. Somebody else can read and approve it now.")
    return redirect(studio_url("review", campaign))


@door("POST", permission=LAUNCH)
def decide(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Approve exactly what was on the reviewer's page, or return it with a note."""
    if request.POST.get("fingerprint") != fingerprint(campaign):
        messages.error(
            request,
            "Nothing was decided: the campaign was changed while you read it. This is how it is "
            "now.",
        )
        return redirect(studio_url("review", campaign))
    note = request.POST.get("note", "")[:NOTE_AT_MOST].replace("\x00", "")
    reviewer = request.user if isinstance(request.user, User) else None
    try:
        if request.POST.get("decision") == "approve":
            approve(
                campaign,
                by=name_of(request),
                reviewer=reviewer,
                note=note,
                seen=request.POST.get("fingerprint", ""),
            )
            messages.success(request, "Approved. It can be launched now.")
        elif request.POST.get("decision") == "return":
            return_to_draft(campaign, by=name_of(request), reviewer=reviewer, note=note)
            messages.success(request, "Returned to its writer.")
        else:
            messages.error(request, "Nothing was decided: choose to approve or to return it.")
    except CannotApprove as error:
        for problem in [str(finding) for finding in in_words(campaign, error.findings)] or [
            str(error)
        ]:
            messages.error(request, f"Not approved. {problem}")
    except WrongState as error:
        messages.error(request, str(error))
    campaign.refresh_from_db()
    step = "launch" if campaign.status == CampaignStatus.APPROVED else "review"
    return redirect(studio_url(step, campaign))
