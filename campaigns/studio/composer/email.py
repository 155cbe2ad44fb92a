"""The email in the sandboxed frames of composer and review, as it is saved or as it is typed."""

from collections.abc import Mapping
from copy import copy

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.csp import build_policy

from campaigns.content.assemble import render_content, sample_values
from campaigns.models import Campaign, CampaignContent
from campaigns.review.approval import last_approval
from campaigns.review.since_approval import content_as_approved
from campaigns.studio.composer.form import IncompleteForm, read_form, showable
from campaigns.studio.composer.sample_recipients import chosen_recipient
from campaigns.studio.decorators import COMPOSE, VIEW, campaign_view
from newsletter.core.languages import language_name
from newsletter.core.time_zones import known_zones
from newsletter.rendering.content_errors import BlockError, as_sentence
from newsletter.rendering.email_csp import EMAIL_POLICY
from newsletter.rendering.rendered import Rendered, fill_preview
from subscribers.models import Subscriber

_OWN_ORIGIN = "allow-same-origin"
_LINES = {"subject": "Subject", "preheader": "Preview text"}


@campaign_view("GET", permission=VIEW)
def saved_email(request: HttpRequest, campaign: Campaign, language: str) -> HttpResponse:
    """Show what is saved, as `recipient` would get it. With `show=text` it is the text part."""
    content = CampaignContent.objects.filter(campaign=campaign, language=language).first()
    if content is None:
        return _not_shown(f"There is no content in {language_name(language)} yet.")
    return _shown(
        content,
        campaign,
        recipient=_recipient(campaign, request.GET, request),
        show=request.GET.get("show", ""),
    )


@campaign_view("GET", permission=VIEW)
def approved_email(request: HttpRequest, campaign: Campaign, language: str) -> HttpResponse:
    """Show what was approved last, with the event's facts of then."""
    review = last_approval(campaign, with_texts=True)
    content = content_as_approved(campaign, review, language) if review else None
    if content is None:
        return _not_shown(f"No {language_name(language)} version was approved before.")
    return _shown(
        content,
        content.campaign,
        recipient=_recipient(campaign, request.GET, request),
        show=request.GET.get("show", ""),
    )


@campaign_view("POST", permission=COMPOSE, page="email")
def typed_email(request: HttpRequest, campaign: Campaign, language: str) -> HttpResponse:
    """Show what the form holds, without incomplete blocks. Nothing is saved."""
    try:
        form = read_form(request.POST)
    except IncompleteForm as error:
        return _not_shown(str(error))
    blocks = showable(form)
    content = CampaignContent(
        language=language, subject=form.subject, preheader=form.preheader, blocks=blocks
    )
    recipient = _recipient(campaign, request.POST, request)
    answer = _shown(content, campaign, recipient=recipient, show=request.POST.get("show", ""))
    answer["X-Blocks-Left-Out"] = str(len(form.blocks) - len(blocks))
    return answer


@campaign_view("GET", permission=VIEW)
def preview_frame(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Return the empty document into which the composer's scripts write the email as it is typed.

    It has the origin of the staff pages, so that they can write into it and keep the place to which
    it was scrolled. All else is as strict as around any email: no script runs in it.
    """
    answer = HttpResponse("<!doctype html><title>Preview</title>")
    answer["Content-Security-Policy"] = build_policy(EMAIL_POLICY | {"sandbox": [_OWN_ORIGIN]})
    answer["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def filled(
    content: CampaignContent, campaign: Campaign, *, recipient: Subscriber | None = None
) -> Rendered:
    """Render a content for a sample recipient, or for nobody in particular.

    Raises:
        ValueError: the renderer refuses it (TooLarge is one of them).
    """
    content.campaign = campaign
    return fill_preview(render_content(content), sample_values(content, recipient))


def why_not_shown(error: ValueError) -> str:
    """Return why an email can't be rendered, for a page that doesn't show the faulty field."""
    if isinstance(error, BlockError):
        return "Part of the content is missing or wrong. The checks under Review say what."
    return as_sentence(str(error))


def _what_is_wrong(error: ValueError) -> str:
    """Return why typed content can't be shown. The checks under Review know only what is saved."""
    if isinstance(error, BlockError):
        problem, line = as_sentence(error.problem), _LINES.get(error.path)
        return f"{line}: {problem}" if line else problem
    return why_not_shown(error)


def _shown(
    content: CampaignContent, campaign: Campaign, *, recipient: Subscriber | None, show: str
) -> HttpResponse:
    try:
        rendered = filled(content, campaign, recipient=recipient)
    except ValueError as error:
        is_saved = content.pk is not None
        return _not_shown(why_not_shown(error) if is_saved else _what_is_wrong(error))
    if show == "text":
        return _framed(rendered.text, content_type="text/plain; charset=utf-8")
    return _framed(rendered.html)


def _recipient(
    campaign: Campaign, asked: Mapping[str, str], request: HttpRequest
) -> Subscriber | None:
    """Return the person as whom an email is shown, in another time zone where one is asked for."""
    person = chosen_recipient(campaign, asked.get("recipient", ""), request)
    zone = asked.get("zone", "")
    if zone not in known_zones():
        return person
    shown = copy(person) if person else Subscriber()
    shown.time_zone = zone
    return shown


def _not_shown(why: str) -> HttpResponse:
    """Say inside the frame why there is no email to see.

    An error page of its own can't be shown there, because it may not be framed.
    """
    return _framed(render_to_string("emails/_layouts/not_shown.html", {"why": why}))


def _framed(body: str, *, content_type: str = "text/html; charset=utf-8") -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response["Content-Security-Policy"] = build_policy(EMAIL_POLICY)
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
