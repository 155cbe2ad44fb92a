"""The review page: the email, preflight's checks, a test email, and a second person's decision."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.content.check_content import ContentError
from campaigns.content.fingerprint import fingerprint
from campaigns.content.merge_values import is_for_archive
from campaigns.models import Campaign, CampaignContent
from campaigns.review.approval import (
    NOT_AS_IT_IS_NOW,
    OWN_CAMPAIGN,
    CannotApprove,
    WrongState,
    approve,
    lacks_approval,
    return_to_draft,
    standing_approval,
    submit,
)
from campaigns.review.approvers import may_approve_as_author, why_nobody_can_approve
from campaigns.review.finding import blockers
from campaigns.review.preflight import preflight
from campaigns.review.proof import BlockedAddress, TooManyProofs, send_proof
from campaigns.states import CampaignStatus
from campaigns.studio.composer.email import filled, why_not_shown
from campaigns.studio.composer.languages import languages_of
from campaigns.studio.composer.sample_recipients import NOBODY, chosen_recipient, sample_recipients
from campaigns.studio.decorators import (
    APPROVE,
    COMPOSE,
    LAUNCH,
    TEST,
    VIEW,
    actor_name,
    campaign_view,
    page_context,
    studio_url,
)
from campaigns.studio.languages import language_choices
from campaigns.studio.masking import may_see_subscribers
from campaigns.studio.pages.recipient_languages import languages_at_once
from campaigns.studio.preflight_findings import in_words
from newsletter.brand.current import current_brand
from newsletter.core.addresses import BadAddress, parse_address
from newsletter.core.languages import language_name
from newsletter.core.numbers import whole_number
from newsletter.rendering.rendered import Rendered
from staff.sign_in.steps import used_second_factor
from subscribers.models import Subscriber
from subscribers.need_to_know.hidden import hidden_topics

NOTE_AT_MOST = 500
UNPROCESSABLE = 422


@campaign_view("GET", permission=VIEW)
def review(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show what a reviewer needs."""
    return _page(request, campaign)


def _page(
    request: HttpRequest,
    campaign: Campaign,
    *,
    note: str = "",
    proof_to: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the page.

    Args:
        note, proof_to: what was typed into a form whose answer was no.
    """
    written = list(campaign.contents.order_by("language"))
    asked = request.POST if request.method == "POST" else request.GET
    language = asked.get("language", campaign.language)
    content = next((each for each in written if each.language == language), None)
    recipient = asked.get("recipient", "")
    if content is None:
        rendered, problem = None, _not_written(language)
    else:
        rendered, problem = _rendered(
            content, campaign, chosen_recipient(campaign, recipient, request)
        )
    findings = preflight(campaign)
    is_blocked = bool(blockers(findings))
    if proof_to is None:
        proof_to = request.user.email if isinstance(request.user, User) else ""
    approval = standing_approval(campaign)
    decisions = list(campaign.reviews.order_by("-pk")[:10])
    context = page_context(
        request,
        campaign,
        step="review",
        content=content,
        language=language,
        languages=language_choices(
            [each for each in languages_of(campaign) if each in {one.language for one in written}]
        ),
        recipient=recipient,
        nobody=NOBODY,
        recipients=sample_recipients(campaign, request),
        rendered=rendered,
        problem=problem,
        sender=current_brand(),
        is_for_archive=is_for_archive(campaign),
        findings=in_words(campaign, findings, may=request.user.has_perm),
        blocked=is_blocked,
        takes_decision=_takes_decision(campaign, is_blocked=is_blocked),
        lacks_approval=lacks_approval(campaign),
        not_as_it_is_now=NOT_AS_IT_IS_NOW,
        fingerprint=fingerprint(campaign),
        approval=approval,
        may_approve_own=may_approve_as_author(campaign),
        own_campaign=OWN_CAMPAIGN,
        nobody_can_approve="" if approval else why_nobody_can_approve(campaign),
        decisions=decisions,
        last_decision=decisions[0].pk if decisions else 0,
        proof_to=proof_to,
        note=note,
        note_at_most=NOTE_AT_MOST,
        **languages_at_once(request, campaign),
    )
    return TemplateResponse(request, "studio/review.html", context, status=status)


def _same_email(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Lead back to the page, in the language and for the recipient that it showed."""
    shown = {name: value for name in ("language", "recipient") if (value := request.POST.get(name))}
    address = studio_url("review", campaign)
    return redirect(f"{address}?{urlencode(shown)}" if shown else address)


def _takes_decision(campaign: Campaign, *, is_blocked: bool) -> bool:
    """Return whether there is something to approve, or to request changes to."""
    if campaign.status == CampaignStatus.DRAFT:
        return not is_blocked
    return campaign.status in (
        CampaignStatus.IN_REVIEW,
        CampaignStatus.APPROVED,
    ) or lacks_approval(campaign)


def _rendered(
    content: CampaignContent, campaign: Campaign, recipient: Subscriber | None
) -> tuple[Rendered | None, str]:
    try:
        return filled(content, campaign, recipient=recipient), ""
    except ValueError as error:
        return None, why_not_shown(error)


def _not_written(language: str) -> str:
    return f"There is no {language_name(language)} version yet. Write it under Content."


@campaign_view("POST", permission=TEST, page="review")
def proof(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Send a test email, by default to the person who asks."""
    to = request.POST.get("to", "").strip()
    if not to:
        messages.error(request, "No test email was sent. Enter an email address.")
        return _page(request, campaign, proof_to="", status=UNPROCESSABLE)
    # A refusal would tell that somebody is there, whom this person may not know of.
    unmasked = may_see_subscribers(request) and not hidden_topics(request.user)
    language = request.POST.get("language", campaign.language)
    try:
        address = parse_address(to)
        send_proof(campaign, to=address, language=language)
    except BlockedAddress as error:
        if not unmasked:
            messages.success(request, _on_its_way(address, unmasked=unmasked))
            return _same_email(request, campaign)
        messages.error(request, f"No test email was sent. {error}")
    except (BadAddress, TooManyProofs) as error:
        messages.error(request, f"No test email was sent. {error}")
    except ContentError:
        messages.error(request, f"No test email was sent. {_not_written(language)}")
    except ValueError as error:
        messages.error(request, f"No test email was sent. {why_not_shown(error)}")
    else:
        messages.success(request, _on_its_way(address, unmasked=unmasked))
        return _same_email(request, campaign)
    return _page(request, campaign, proof_to=to, status=UNPROCESSABLE)


def _on_its_way(address: str, *, unmasked: bool) -> str:
    """Say that a test email is on its way.

    Staff who may not see subscribers get the same answer for a blocked address, which would tell
    them that its owner was among the subscribers.
    """
    if unmasked:
        return f"A test email is on its way to {address}."
    return f"If {address} can receive our email, a test email is on its way."


@campaign_view("POST", permission=COMPOSE, page="review")
def submit_for_review(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Submit a campaign for review."""
    try:
        submit(campaign)
    except WrongState as error:
        messages.error(request, str(error))
    else:
        may_approve = request.user.has_perm(APPROVE) and may_approve_as_author(campaign)
        who = "You or a colleague" if may_approve else "A colleague"
        # The page says what to do where there is none.
        next_step = "" if why_nobody_can_approve(campaign) else f" {who} can approve it now."
        messages.success(request, f"Submitted for review.{next_step}")
    return _same_email(request, campaign)


@campaign_view("POST", permission=APPROVE, page="review")
def decide(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Approve exactly what was on the reviewer's page, or request changes."""
    note = request.POST.get("note", "")[:NOTE_AT_MOST]
    if request.POST.get("fingerprint") != fingerprint(campaign):
        messages.error(
            request,
            "Your decision was not saved: someone changed the campaign while you read it. Check it "
            "again below.",
        )
        return _page(request, campaign, note=note, status=UNPROCESSABLE)
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
            return _same_email(request, campaign)
        messages.error(request, "Nothing was changed. Choose to approve or to request changes.")
    except CannotApprove as error:
        reasons = [
            str(each) for each in in_words(campaign, error.findings, may=request.user.has_perm)
        ]
        for reason in reasons or [str(error)]:
            messages.error(request, f"Not approved. {reason}")
    except WrongState as error:
        messages.error(request, str(error))
    campaign.refresh_from_db()
    return _page(request, campaign, note=note, status=UNPROCESSABLE)
