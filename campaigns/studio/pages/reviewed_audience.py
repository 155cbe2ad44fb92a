"""The audience on the review page: the rule in words, and the number of people."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from campaigns.audience.narrow import conditions_in_words
from campaigns.audience.resolve import rule_of
from campaigns.models import Campaign
from campaigns.review.audience_words import audience_in_words
from campaigns.studio.audience.estimates import estimate_context, is_large
from campaigns.studio.decorators import VIEW, campaign_view


def audience_context(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """Return the audience for the review page, which asks for the number of a long list later."""
    if not campaign.is_editable:
        return {}
    if is_large(campaign):
        return {"audience": _in_words(campaign), "is_counting_people": True}
    return {"audience": _in_words(campaign), **estimate_context(campaign, request.user)}


@campaign_view("GET", permission=VIEW)
def reviewed_audience(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show the audience with its number, for the review page of a long list."""
    context = {
        "campaign": campaign,
        "audience": _in_words(campaign),
        **estimate_context(campaign, request.user),
    }
    return TemplateResponse(request, "studio/_reviewed_audience.html", context)


def _in_words(campaign: Campaign) -> list[tuple[str, str]]:
    rule = rule_of(campaign)
    words = audience_in_words(
        rule=rule.rule,
        languages=rule.languages,
        countries=rule.countries,
        conditions=conditions_in_words(rule.conditions, topic_id=campaign.topic_id),
    )
    # Without an event nobody is asked anything.
    return [
        (name, value) for name, value in words if name != "Answers" or campaign.event or rule.rule
    ]
