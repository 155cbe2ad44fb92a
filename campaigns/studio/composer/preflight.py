"""Preflight beside the composer: the findings in one language, as saved or as typed."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from campaigns.models import Campaign, CampaignContent
from campaigns.review.finding import Severity
from campaigns.review.preflight import preflight_typed
from campaigns.studio.composer.form import IncompleteForm, read_form
from campaigns.studio.composer.languages import languages_of
from campaigns.studio.decorators import COMPOSE, campaign_view, studio_url
from campaigns.studio.preflight_findings import ShownFinding, in_words

UNPROCESSABLE = 422
_WORDS = {
    Severity.BLOCKER: ("to fix", "to fix"),
    Severity.WARNING: ("to check", "to check"),
    Severity.ADVICE: ("piece of advice", "pieces of advice"),
}


@campaign_view("POST", permission=COMPOSE, page="content")
def typed_findings(request: HttpRequest, campaign: Campaign, language: str) -> HttpResponse:
    """Return the list of what preflight finds in the form as it is typed. Nothing is saved."""
    try:
        form = read_form(request.POST)
    except IncompleteForm as error:
        return HttpResponse(str(error), status=UNPROCESSABLE, content_type="text/plain")
    content = CampaignContent(
        language=language, subject=form.subject, preheader=form.preheader, blocks=form.data()
    )
    context = {
        "campaign": campaign,
        "language": language,
        **checks_of(request, campaign, content),
    }
    return TemplateResponse(request, "studio/_checks.html", context)


def checks_of(request: HttpRequest, campaign: Campaign, content: CampaignContent) -> dict[str, Any]:
    """Return what the list beside the composer shows.

    Args:
        content: saved or not, complete or not.
    """
    content.campaign = campaign
    # A language that was removed can't be sent, and need not even be one.
    is_language = content.language in languages_of(campaign)
    found = preflight_typed(content) if is_language else []
    shown = in_words(campaign, found, may=request.user.has_perm, written=[content])
    here = studio_url("content", campaign, content.language)
    return {
        "findings": [_without_page(each, here) for each in shown],
        "checks_in_words": counts_in_words([each.level for each in shown]),
        "checks_level": shown[0].level if shown else "good",
    }


def counts_in_words(levels: list[str]) -> str:
    """Return such as “1 to fix, 2 to check”.

    Args:
        levels: the severity of each finding.
    """
    counts = [(levels.count(severity), *words) for severity, words in _WORDS.items()]
    told = [f"{number} {one if number == 1 else many}" for number, one, many in counts if number]
    return ", ".join(told) or "nothing to fix"


def _without_page(finding: ShownFinding, here: str) -> ShownFinding:
    """Return a finding whose link stays on the page, where it is about what stands there."""
    page, _, place = finding.url.partition("#")
    return replace(finding, url=f"#{place or 'composer'}") if page == here else finding
