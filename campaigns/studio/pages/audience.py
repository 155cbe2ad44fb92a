"""The audience page: followers of the topic, narrowed by country or language, and an estimate."""

from typing import TypedDict

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.audience.resolve import Estimate, estimate
from campaigns.content.check_content import ContentError
from campaigns.content.edit import audience_version, save_audience
from campaigns.content.open_for_edit import NotEditable
from campaigns.edit_conflict import EditConflict
from campaigns.models import Audience, Campaign
from campaigns.rsvp.told_apart import told_apart
from campaigns.states import AudienceRule
from campaigns.studio.answers.counts import number_of_answers
from campaigns.studio.decorators import (
    COMPOSE,
    campaign_view,
    page_context,
    seen_in,
    studio_url,
    warn_if_draft_again,
)
from campaigns.studio.languages import language_choices
from newsletter.core.languages import AUDIENCE_LANGUAGES
from newsletter.rendering.content_errors import as_sentence
from subscribers.countries import country_menu
from subscribers.need_to_know.hidden import Account
from subscribers.queries import followers

NOT_INCLUDED_REASONS = {
    "suppressed": ("suppressed (for example, the mailbox doesn’t exist or they reported spam)"),
    "unsubscribed": "unsubscribed from this topic",
    "term_ended": "membership has ended",
    "paused": "paused our emails for now",
    "agreed": "have agreed to the current wording",
    "asked": "were asked for the current wording before",
    "discreet": "in discreet mode, whose emails hold no personal link",
    "unconfirmed": "not confirmed yet",
    "not_accepted": "don’t come, or haven’t answered",
    "not_no_answer": "have answered already",
    "not_waiting": "not on the waiting list",
    "not_came": "not marked as having come",
    "not_did_not_come": "not marked as having accepted and stayed away",
    "had_step": "have had this step of the event’s series before",
    "not_holders": "haven’t got the event for their calendar, and haven’t said that they may come",
    "not_has_link": "haven’t got the meeting link, and don’t come",
    "told_already": "hear of this change by another email",
    "not_addressed": "in other countries or languages",
}


OF_CHANGES = frozenset({AudienceRule.HOLDERS.value, AudienceRule.HAS_LINK.value})
"""Rules of campaigns that tell of a change, which nobody chooses."""
COUNTED_AT_ONCE = 50_000
"""Followers of a topic that the page counts before it is shown."""


class TypedRule(TypedDict):
    """The rule in the form."""

    countries: list[str]
    languages: list[str]
    rule: str


@campaign_view("GET", "POST", permission=COMPOSE)
def audience(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show or save the audience rule, with the number of people who would receive the email."""
    if request.method == "POST":
        return _save(request, campaign)
    rule = Audience.objects.filter(campaign=campaign).first() or Audience(campaign=campaign)
    if is_large(campaign) and campaign.is_editable and request.user.has_perm(COMPOSE):
        # The page asks for the number once it is there: counting a million takes seconds.
        return _page(request, campaign, rule, {"is_counting": True})
    return _page(request, campaign, rule, estimate_context(campaign, request.user))


def is_large(campaign: Campaign) -> bool:
    """Return whether so many people follow the topic that counting them takes long."""
    beyond = followers(campaign.topic).order_by()[COUNTED_AT_ONCE : COUNTED_AT_ONCE + 1]
    return bool(beyond.values_list("pk", flat=True))


def _page(
    request: HttpRequest,
    campaign: Campaign,
    rule: Audience,
    context: dict[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    page = page_context(
        request,
        campaign,
        step="audience",
        countries=list(country_menu()),
        languages=_languages(rule),
        chosen_countries=rule.countries,
        chosen_languages=rule.languages,
        rules=_rules(campaign, rule),
        chosen_rule=rule.rule,
        seen=request.POST.get("seen") or audience_version(rule),
        **context,
    )
    return TemplateResponse(request, "studio/audience.html", page, status=status)


@campaign_view("POST", permission=COMPOSE, page="audience")
def estimate_audience(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show the estimate for the rule in the form."""
    context = {"campaign": campaign, **_estimate_as_typed(request, campaign)}
    return TemplateResponse(request, "studio/audience.html#estimate", context)


def _estimate_as_typed(request: HttpRequest, campaign: Campaign) -> dict[str, object]:
    """Return the estimate for the rule in the form.

    The rule is tried inside a transaction that is rolled back, so nothing is saved.
    """
    if campaign.tells_of_change:
        return estimate_context(campaign, request.user)  # nothing can be typed
    with transaction.atomic():
        try:
            save_audience(campaign, **_typed(request))
            context = estimate_context(campaign, request.user)
        except (ContentError, NotEditable) as error:
            context = {"problem": _message(error)}
        transaction.set_rollback(True)
    campaign.refresh_from_db()
    return context


def _typed(request: HttpRequest) -> TypedRule:
    return {
        "countries": request.POST.getlist("countries"),
        "languages": request.POST.getlist("languages"),
        "rule": request.POST.get("rule", ""),
    }


def _save(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    before = campaign.status
    try:
        save_audience(campaign, seen=seen_in(request.POST), **_typed(request))
    except EditConflict as conflict:
        context = _estimate_as_typed(request, campaign)
        rule = Audience(campaign=campaign, **_typed(request))
        return _page(request, campaign, rule, {**context, "newer": conflict.newer}, status=409)
    except (ContentError, NotEditable) as error:
        messages.error(request, f"Nothing was saved. {_message(error)}")
        return redirect(studio_url("audience", campaign))
    messages.success(request, "Audience saved.")
    warn_if_draft_again(request, campaign, before)
    return redirect(studio_url("audience", campaign))


def _message(error: ContentError | NotEditable) -> str:
    return as_sentence(error.problem) if isinstance(error, ContentError) else str(error)


def estimate_context(campaign: Campaign, account: Account) -> dict[str, object]:
    """Return the estimate for a template, as far as an account may know of it."""
    answer: Estimate = estimate(campaign)
    told_apart = _number_told_apart(campaign, account)
    return {
        "receive": answer.receive,
        "not_included": not_included(answer.left_out),
        "told_apart": told_apart,
        "apart_alone": "" if answer.receive else _short_messages(told_apart),
    }


def _short_messages(number: int | None) -> str:
    """Name the short messages that go to people told apart; "" where there are none."""
    if number is None:
        return "short messages"
    return f"{number:,} short message{'' if number == 1 else 's'}" if number else ""


def _number_told_apart(campaign: Campaign, account: Account) -> int | None:
    event = campaign.event
    return 0 if event is None else number_of_answers(told_apart(campaign), event, account)


def not_included(counts: dict[str, int]) -> list[tuple[int, str]]:
    """Return how many people are not included, and why, the most frequent reason first."""
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return [
        (number, NOT_INCLUDED_REASONS.get(reason, reason.replace("_", " ")))
        for reason, number in ordered
        if number
    ]


def _rules(campaign: Campaign, rule: Audience) -> list[tuple[str, str]]:
    """Return the rules about answers to choose from: none where nobody is asked."""
    asks = campaign.event is not None and campaign.event.takes_answers
    if not asks and not rule.rule:
        return []
    hidden = OF_CHANGES - {rule.rule}
    return [(value, label) for value, label in AudienceRule.choices if value not in hidden]


def _languages(rule: Audience) -> list[tuple[str, str]]:
    tags = dict.fromkeys([*AUDIENCE_LANGUAGES, *rule.languages])
    return sorted(language_choices(list(tags)), key=lambda item: item[1])
