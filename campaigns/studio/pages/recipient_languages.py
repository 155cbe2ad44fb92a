"""Which version how many recipients get, and accepting that some get another than their own."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.audit_actions import CampaignAuditAction
from campaigns.content.fingerprint import fingerprint
from campaigns.content.translations.completeness import translations_of
from campaigns.last_change import done_last
from campaigns.models import Campaign
from campaigns.review.accepted_fallback import accepted_languages, fallbacks
from campaigns.review.translation_findings import BEFORE_LAUNCH
from campaigns.sending.accept_fallback import CannotAccept, accept_fallback
from campaigns.sending.content_language import recipients_by_language
from campaigns.studio.audience.estimates import is_large, rounds_numbers
from campaigns.studio.audience.reasons import ROUGHLY, rough
from campaigns.studio.composer.translations import numbers_to_do
from campaigns.studio.decorators import COMPOSE, LAUNCH, VIEW, campaign_view, studio_url
from campaigns.studio.languages import language_choices
from campaigns.studio.masking import may_see_subscribers
from newsletter.core.languages import language_name
from subscribers.need_to_know.small_groups import SMALL_GROUP, hidden_numbers

MOST_NAMED = 6
"""Languages without a version that are named beside the one that they get."""


@dataclass(frozen=True, slots=True)
class RecipientVersion:
    """One language version, and who gets it.

    Attributes:
        to_do: how many of its texts need a look.
        number: of its recipients, or in words where it is rounded; None where it isn't shown, for a
            small group's sake.
        instead: the name of the version that they get, as theirs isn't complete; else empty.
        others: names of the other languages whose recipients get it.
        url: of the composer; empty for whoever may not write.
    """

    name: str
    to_do: int
    number: int | str | None
    instead: str
    others: str
    url: str


def languages_context(
    request: HttpRequest, campaign: Campaign, *, counts: bool = True
) -> dict[str, Any]:
    """Return the versions of a campaign for the review and send pages; nothing for only one.

    Args:
        counts: whether the recipients are counted, which takes seconds for a million.
    """
    if not campaign.is_editable or campaign.contents.count() < 2:
        return {}
    to_do, accepted = numbers_to_do(campaign), accepted_languages(campaign)
    without = sorted({*to_do} & accepted)
    instead = fallbacks(campaign, sorted(to_do))
    counted = recipients_by_language(campaign) if counts else {}
    written = [campaign.language, *(each.language for each in translations_of(campaign))]
    numbers = [sum(counted.get(tag, {}).values()) for tag in written]
    sees_people = may_see_subscribers(request)
    rounds = rounds_numbers(campaign, request.user)
    hidden = frozenset() if sees_people or rounds else hidden_numbers(numbers)
    smallest_named = ROUGHLY if rounds else 1 if sees_people else SMALL_GROUP
    may_write = request.user.has_perm(COMPOSE)
    lines = [
        RecipientVersion(
            name,
            to_do.get(tag, 0),
            _number(numbers[place], rounds=rounds) if counts and place not in hidden else None,
            language_name(instead[tag]) if tag in without else "",
            _others(tag, counted.get(tag, {}), smallest=smallest_named),
            studio_url("content", campaign, tag) if may_write else "",
        )
        for place, (tag, name) in enumerate(language_choices(written))
    ]
    is_open = campaign.status in BEFORE_LAUNCH and {*to_do} - accepted
    return {
        "versions": lines,
        "is_counting": not counts,
        "to_accept": " ".join(sorted(to_do)) if is_open else "",
        "fallbacks": [
            (language_name(tag), language_name(instead[tag])) for tag in (to_do if is_open else ())
        ],
    }


def _number(number: int, *, rounds: bool) -> int | str:
    return rough(number) if rounds else number


def _others(tag: str, counted: dict[str, int], *, smallest: int) -> str:
    """Name the languages of recipients who get a version that isn't in theirs.

    Args:
        smallest: number of people whose language is named.
    """
    others = {each: counted[each] for each in sorted(counted) if each and each != tag}
    names = [language_name(each) for each, number in others.items() if number >= smallest]
    more = len(names) - MOST_NAMED
    rest = f"{more} more" if more > 0 else ""
    if len(names) < len(others):
        rest = "other languages"
    return " and ".join(filter(None, [", ".join(names[:MOST_NAMED]), rest]))


def languages_at_once(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """Return the versions for the review page, which asks for the numbers of a long list later."""
    return languages_context(request, campaign, counts=not is_large(campaign))


@campaign_view("GET", permission=VIEW)
def recipient_languages(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show the versions with their numbers, for the review or send page of a long list."""
    context = {
        "campaign": campaign,
        "back": "launch" if request.GET.get("page") == "launch" else "review",
        "fingerprint": fingerprint(campaign),
        "may_launch": request.user.has_perm(LAUNCH),
        **languages_context(request, campaign),
    }
    return TemplateResponse(request, "studio/_recipient_languages.html", context)


@campaign_view("POST", permission=LAUNCH, page="review")
def accept(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Accept that incomplete versions aren't sent, for the campaign as the page showed it."""
    back = "launch" if request.POST.get("page") == "launch" else "review"
    try:
        is_new = accept_fallback(
            campaign,
            languages=request.POST.get("languages", "").split(),
            seen=request.POST.get("fingerprint", ""),
        )
    except CannotAccept as error:
        messages.error(request, f"Nothing was accepted. {error}")
    else:
        said = (
            "Accepted. Versions that aren’t complete are not sent. Any change of the campaign asks "
            "again."
        )
        if not is_new:
            before = done_last(campaign, [CampaignAuditAction.FALLBACK_ACCEPTED])
            said = f"This was accepted before. {before}"
        messages.success(request, said.rstrip())
    return redirect(studio_url(back, campaign))
