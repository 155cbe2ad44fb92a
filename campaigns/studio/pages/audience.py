"""The audience page: followers of the topic, narrowed by what they are and did, and an estimate."""

from collections.abc import Sequence
from typing import Any, TypedDict

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.audience.conditions.check import tree_problems
from campaigns.audience.conditions.kinds import KINDS
from campaigns.audience.sentence import audience_phrase
from campaigns.content.check_content import ContentError
from campaigns.content.edit import audience_version, save_audience
from campaigns.content.open_for_edit import NotEditable
from campaigns.edit_conflict import EditConflict
from campaigns.models import Audience, Campaign
from campaigns.states import AudienceRule
from campaigns.studio.audience.builder import Builder, builder_of
from campaigns.studio.audience.estimates import (
    SEE_PEOPLE,
    estimate_context,
    is_large,
    quick_context,
    sample_of,
)
from campaigns.studio.audience.inputs import Scope
from campaigns.studio.audience.typed import (
    FormProblem,
    TypedRule,
    changed,
    problem_of,
    saved_problems,
    typed_in,
    typed_of,
)
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

OF_CHANGES = frozenset({AudienceRule.HOLDERS.value, AudienceRule.HAS_LINK.value})
"""Rules of campaigns that tell of a change, which nobody chooses."""


class TypedAudience(TypedDict):
    """The audience in the form."""

    countries: list[str]
    languages: list[str]
    rule: str
    conditions: dict[str, Any]


@campaign_view("GET", "POST", permission=COMPOSE)
def audience(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show or save the audience rule, with the number of people who would receive the email."""
    if request.method == "POST":
        is_act = request.POST.get("act", "save") != "save" and not campaign.has_fixed_audience
        return _act(request, campaign) if is_act else _save(request, campaign)
    rule = Audience.objects.filter(campaign=campaign).first() or Audience(campaign=campaign)
    if is_large(campaign) and campaign.is_editable and request.user.has_perm(COMPOSE):
        # The page asks for the number once it is there: counting a million takes seconds.
        return _page(request, campaign, rule, {"is_counting": True})
    return _page(request, campaign, rule, _exact(campaign, request))


def _page(
    request: HttpRequest,
    campaign: Campaign,
    rule: Audience,
    context: dict[str, Any],
    *,
    builder: Builder | None = None,
    is_dirty: bool = False,
    status: int = 200,
) -> HttpResponse:
    builder = builder or _saved_builder(request, campaign, rule)
    if not is_dirty:
        context.setdefault("phrase", audience_phrase(rule, topic_id=campaign.topic_id))
    countries = list(country_menu())
    page = page_context(
        request,
        campaign,
        step="audience",
        countries=countries,
        chosen_country_names=", ".join(
            str(each.name) for each in countries if each.code in rule.countries
        ),
        languages=_languages(rule),
        chosen_countries=rule.countries,
        chosen_languages=rule.languages,
        rules=_rules(campaign, rule),
        chosen_rule=rule.rule,
        builder=builder,
        is_dirty=is_dirty,
        url=studio_url("audience", campaign),
        locked=(
            not campaign.is_editable
            or campaign.has_fixed_audience
            or not request.user.has_perm(COMPOSE)
        ),
        may_see_people=request.user.has_perm(SEE_PEOPLE),
        seen=request.POST.get("seen") or audience_version(rule),
        **context,
    )
    return TemplateResponse(request, "studio/audience.html", page, status=status)


def _builder(
    request: HttpRequest,
    campaign: Campaign,
    rule: TypedRule,
    *,
    focus: str = "",
    problems: Sequence[FormProblem] = (),
) -> Builder:
    scope = Scope(account=request.user, topic=campaign.topic)
    return builder_of(rule, kinds=KINDS, scope=scope, focus=focus, problems=problems)


def _saved_builder(request: HttpRequest, campaign: Campaign, rule: Audience) -> Builder:
    """Return the rows of the rule as it was saved, and what is wrong with it by now."""
    typed = typed_of(rule.conditions)
    if not campaign.is_editable:
        return _builder(request, campaign, typed)
    found = tree_problems(rule.conditions, KINDS, topic_id=campaign.topic_id)
    return _builder(request, campaign, typed, problems=saved_problems(typed, found))


def _act(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Add or remove a condition of the form. Nothing is saved."""
    typed = typed_in(request.POST)
    focus = changed(typed, request.POST["act"], request.POST)
    builder = _builder(request, campaign, typed, focus=focus)
    rule = _typed_audience(request, campaign)
    answer = _page(request, campaign, rule, {"is_counting": True}, builder=builder, is_dirty=True)
    answer["HX-Trigger-After-Settle"] = "conditions-changed"
    return answer


@campaign_view("POST", permission=COMPOSE, page="audience")
def estimate_audience(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show the estimate for the rule in the form."""
    context = {"campaign": campaign, **_estimate_as_typed(request, campaign)}
    return TemplateResponse(request, "studio/audience.html#estimate", context)


def _estimate_as_typed(request: HttpRequest, campaign: Campaign) -> dict[str, object]:
    """Return the estimate for the rule in the form.

    The rule is tried inside a transaction that is rolled back, so nothing is saved.
    """
    if campaign.has_fixed_audience:
        return estimate_context(campaign, request.user)  # nothing can be typed
    is_quick = is_large(campaign) and "exact" not in request.GET
    with transaction.atomic():
        try:
            saved = save_audience(campaign, **_typed(request))
            context = {
                **(
                    quick_context(campaign, request.user) if is_quick else _exact(campaign, request)
                ),
                "phrase": audience_phrase(saved, topic_id=campaign.topic_id),
            }
        except ContentError as error:
            problem = problem_of(typed_in(request.POST), error.path, error.problem)
            context = {"problem": problem.text}
        except NotEditable as error:
            context = {"problem": str(error)}
        transaction.set_rollback(True)
    campaign.refresh_from_db()
    return context


def _exact(campaign: Campaign, request: HttpRequest) -> dict[str, object]:
    found = estimate_context(campaign, request.user)
    return {**found, "sample": sample_of(campaign, request.user)}


def _typed(request: HttpRequest) -> TypedAudience:
    return {
        "countries": request.POST.getlist("countries"),
        "languages": request.POST.getlist("languages"),
        "rule": request.POST.get("rule", ""),
        "conditions": typed_in(request.POST).as_json(),
    }


def _typed_audience(request: HttpRequest, campaign: Campaign) -> Audience:
    """Return the audience in the form, but for its conditions, which may be incomplete."""
    return Audience(campaign=campaign, **{**_typed(request), "conditions": {}})


def _save(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    before = campaign.status
    try:
        save_audience(campaign, seen=seen_in(request.POST), **_typed(request))
    except EditConflict as conflict:
        context = _estimate_as_typed(request, campaign)
        rule = _typed_audience(request, campaign)
        builder = _builder(request, campaign, typed_in(request.POST))
        context = {**context, "newer": conflict.newer}
        return _page(request, campaign, rule, context, builder=builder, status=409)
    except ContentError as error:
        return _refused(request, campaign, error)
    except NotEditable as error:
        messages.error(request, f"Nothing was saved. {error}")
        return redirect(studio_url("audience", campaign))
    messages.success(request, "Audience saved.")
    warn_if_draft_again(request, campaign, before)
    return redirect(studio_url("audience", campaign))


def _refused(request: HttpRequest, campaign: Campaign, error: ContentError) -> HttpResponse:
    """Show the form again, with what is wrong in its conditions."""
    typed = typed_in(request.POST)
    if not error.path.startswith("audience.conditions"):
        messages.error(request, f"Nothing was saved. {as_sentence(error.problem)}")
        return redirect(studio_url("audience", campaign))
    problem = problem_of(typed, error.path, error.problem)
    builder = _builder(request, campaign, typed, problems=[problem])
    rule = _typed_audience(request, campaign)
    context: dict[str, object] = {"problem": f"Nothing was saved. {problem.text}"}
    return _page(request, campaign, rule, context, builder=builder, is_dirty=True, status=422)


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
