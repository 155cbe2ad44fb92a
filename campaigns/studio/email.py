"""The letter itself, for the sandboxed frames of composer and review: saved, or as it stands in the form."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.csp import build_policy

from campaigns.content.assemble import render_content, sample_values
from campaigns.models import Campaign, CampaignContent
from campaigns.studio.decorators import COMPOSE, LAUNCH, VIEW, door
from campaigns.studio.draft import read_draft, showable
from campaigns.studio.samples import chosen_reader
from newsletter.core.languages import language_name
from newsletter.rendering.email import Rendered, fill_preview
from newsletter.rendering.faults import BlockError, as_sentence
from newsletter.rendering.policy import LETTER_POLICY
from subscribers.models import Subscriber


@door("GET", permission=(VIEW, COMPOSE, LAUNCH))
def saved_email(request: HttpRequest, campaign: Campaign, language: str) -> HttpResponse:
    """What is saved, as `reader` would get it; `show=text` is the text part."""
    content = CampaignContent.objects.filter(campaign=campaign, language=language).first()
    if content is None:
        return _not_shown(f"Nothing has been written in {language_name(language)} yet.")
    return _shown(
        content,
        campaign,
        reader=chosen_reader(campaign, request.GET.get("reader", ""), request),
        show=request.GET.get("show", ""),
    )


@door("POST", permission=COMPOSE)
def typed_email(request: HttpRequest, campaign: Campaign, language: str) -> HttpResponse:
    """What the form holds. Nothing is saved; blocks that aren't complete yet are left out."""
    draft = read_draft(request.POST)
    content = CampaignContent(
        language=language, subject=draft.subject, preheader=draft.preheader, blocks=showable(draft)
    )
    reader = chosen_reader(campaign, request.POST.get("reader", ""), request)
    return _shown(content, campaign, reader=reader, show=request.POST.get("show", ""))


def filled(
    content: CampaignContent, campaign: Campaign, *, reader: Subscriber | None = None
) -> Rendered:
    """A content rendered for a sample reader; None: for one of whom we know nothing.

    Raises:
        ValueError: the renderer refuses it (TooLarge is one of them).
    """
    content.campaign = campaign
    return fill_preview(render_content(content), sample_values(content, reader))


def why_not_shown(error: ValueError) -> str:
    """What the renderer objected to, as a sentence without the path."""
    return as_sentence(error.problem if isinstance(error, BlockError) else str(error))


def _shown(
    content: CampaignContent, campaign: Campaign, *, reader: Subscriber | None, show: str
) -> HttpResponse:
    try:
        rendered = filled(content, campaign, reader=reader)
    except ValueError as error:
        return _not_shown(why_not_shown(error))
    if show == "text":
        return _framed(rendered.text, content_type="text/plain; charset=utf-8")
    return _framed(rendered.html)


def _not_shown(why: str) -> HttpResponse:
    """A page inside the frame that says why there is no email to see: an error's own page may not be framed."""
    return _framed(render_to_string("emails/_layouts/not_shown.html", {"why": why}))


def _framed(body: str, *, content_type: str = "text/html; charset=utf-8") -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response["Content-Security-Policy"] = build_policy(LETTER_POLICY)
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
