"""To whom: the followers of the topic, narrowed by country or language, with a live estimate."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django_countries import countries as known_countries

from campaigns.audience.resolve import Estimate, estimate
from campaigns.content.edit import NotEditable, save_audience
from campaigns.content.shape import ContentError
from campaigns.models import Audience, Campaign
from campaigns.studio.decorators import COMPOSE, LAUNCH, VIEW, door, frame, studio_url
from campaigns.studio.languages import named
from newsletter.rendering.faults import as_sentence

LANGUAGES = ["ar", "de", "en", "es", "fr", "hu", "it", "pl", "pt", "ro", "ru", "uk", "zh"]
"""Languages that are offered for narrowing; a reader's region (en-GB) is taken in by its
language."""

LEFT_OUT_WORDS = {
    "suppressed": "suppressed: their mailbox is gone, or they asked not to be written to",
    "unsubscribed": "unsubscribed from this topic",
    "unconfirmed": "have not confirmed their subscription yet",
    "not_addressed": "follow the topic, but live in other countries or read other languages",
}


@door("GET", "POST", permission=(COMPOSE, VIEW, LAUNCH))
def readers(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The rule, and whom it comes to."""
    rule = Audience.objects.filter(campaign=campaign).first() or Audience(campaign=campaign)
    if request.method == "POST":
        return _save(request, campaign)
    context = frame(
        request,
        campaign,
        step="readers",
        countries=list(known_countries),
        languages=_languages(rule),
        chosen_countries=rule.countries,
        chosen_languages=rule.languages,
        **estimated(campaign),
    )
    return TemplateResponse(request, "studio/readers.html", context)


@door("POST", permission=COMPOSE)
def estimate_readers(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The estimate for the rule in the form.

    It is tried inside a transaction that is rolled back: nothing is saved.
    """
    with transaction.atomic():
        try:
            save_audience(
                campaign,
                countries=request.POST.getlist("countries"),
                languages=request.POST.getlist("languages"),
            )
            context = estimated(campaign)
        except (ContentError, NotEditable) as error:
            context = {"problem": _said(error)}
        transaction.set_rollback(True)
    return TemplateResponse(
        request, "studio/readers.html#estimate", {"campaign": campaign, **context}
    )


def _save(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    if not request.user.has_perm(COMPOSE):
        messages.error(request, "You may not change the readers of a campaign.")
        return redirect(studio_url("readers", campaign))
    before = campaign.status
    try:
        save_audience(
            campaign,
            countries=request.POST.getlist("countries"),
            languages=request.POST.getlist("languages"),
        )
    except (ContentError, NotEditable) as error:
        messages.error(request, f"Nothing was saved. {_said(error)}")
        return redirect(studio_url("readers", campaign))
    messages.success(request, "Saved.")
    if campaign.status != before:
        messages.warning(
            request,
            "The campaign was approved before this change. It is a draft again, and needs a new "
            "approval.",
        )
    return redirect(studio_url("readers", campaign))


def _said(error: ContentError | NotEditable) -> str:
    return as_sentence(error.problem) if isinstance(error, ContentError) else str(error)


def estimated(campaign: Campaign) -> dict[str, object]:
    """The estimate, in words."""
    answer: Estimate = estimate(campaign)
    return {"receive": answer.receive, "left_out": left_out_in_words(answer.left_out)}


def left_out_in_words(left_out: dict[str, int]) -> list[tuple[int, str]]:
    """How many are left out, and why, the most frequent reason first."""
    ordered = sorted(left_out.items(), key=lambda item: -item[1])
    return [
        (number, LEFT_OUT_WORDS.get(reason, reason.replace("_", " ")))
        for reason, number in ordered
        if number
    ]


def _languages(rule: Audience) -> list[tuple[str, str]]:
    return sorted(
        named([*LANGUAGES, *(tag for tag in rule.languages if tag not in LANGUAGES)]),
        key=lambda item: item[1],
    )
