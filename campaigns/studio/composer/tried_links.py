"""Trying the links of a campaign: a button beside the checks, and what came of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.models import Campaign
from campaigns.review.link_trials.ask import NotTried, ask_to_try
from campaigns.review.link_trials.summary import tried_links
from campaigns.studio.composer.languages import languages_of
from campaigns.studio.decorators import TEST, campaign_view, studio_url

REVIEW = "review"
TRIED = "links-tried"
"""The event in the page after which the checks are read again."""


def tried_context(campaign: Campaign, *, back: str) -> dict[str, Any]:
    """Return what the part of a page about tried links shows.

    Args:
        back: the page that it stands on: REVIEW, or the language of a composer.
    """
    return {"tried": tried_links(campaign), "tried_back": back}


@campaign_view("GET", "POST", permission=TEST)
def try_links(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Have a worker try the links, or show how far it is. Reading tries nothing."""
    asked = request.POST if request.method == "POST" else request.GET
    language = asked.get("back", "")
    back = language if language in languages_of(campaign) else REVIEW
    in_page = request.headers.get("HX-Request") == "true"
    if request.method == "POST":
        told = _ask(campaign)
        if not in_page:
            messages.info(request, told)
            return redirect(
                studio_url("content", campaign, back)
                if back != REVIEW
                else studio_url(REVIEW, campaign)
            )
    context = {
        "campaign": campaign,
        "may_test": request.user.has_perm(TEST),
        **tried_context(campaign, back=back),
    }
    answer = TemplateResponse(request, "studio/_tried_links.html", context)
    if not context["tried"].waiting:
        answer["HX-Trigger-After-Swap"] = TRIED
    return answer


def _ask(campaign: Campaign) -> str:
    try:
        number = ask_to_try(campaign)
    except NotTried as error:
        return str(error)
    if not number:
        return "No link was tried: there is none, or all were tried a short time ago."
    return f"A worker tries {number} {'link' if number == 1 else 'links'}. Reload in a moment."
