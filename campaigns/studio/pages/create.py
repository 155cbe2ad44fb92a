"""The page on which a campaign is created, from one of its starting points."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from campaigns.content.check_content import ContentError
from campaigns.content.create_campaign import create_campaign
from campaigns.content.edit import save_details
from campaigns.content.starting_points import (
    StartingPoint,
    brings_calendar,
    is_for_afterwards,
    needs_answers,
    needs_event,
    rule_for,
    starting_contents,
)
from campaigns.content.templates import create_from_template
from campaigns.content.translations.start import begin_translations
from campaigns.event_states import TAKES_PLACE
from campaigns.events.series import KEPT_FOR_FOLLOW_UPS
from campaigns.models import Campaign
from campaigns.need_to_know import visible_events, visible_templates
from campaigns.studio.decorators import CREATE, studio_url
from campaigns.studio.pages.create_languages import LANGUAGES_ANEW, OWN, LanguagesField
from campaigns.studio.pages.details import DetailsForm, add_content_error
from subscribers.states import ArchiveAccess


class NewCampaignForm(DetailsForm):
    """The details of a new campaign, with its starting point and its subject."""

    start = forms.ChoiceField(
        label="Start with",
        required=False,
        help_text=(
            "Texts to begin with, in each language that you choose below, and their subject unless "
            "you write one."
        ),
    )
    subject = forms.CharField(
        max_length=200,
        required=False,
        help_text=(
            "Needed for an empty email; texts to begin with bring their own. You can change it "
            "later."
        ),
    )
    languages = LanguagesField()
    field_order = [
        "start", "name", "topic", "event", "carries_calendar", "language", "languages", "subject",
        "archive_access", "counts_links",
    ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start, events = self.fields["start"], self.fields["event"]
        assert isinstance(start, forms.ChoiceField)  # noqa: S101 - for the type checker
        assert isinstance(events, forms.ModelChoiceField)  # noqa: S101 - likewise
        own = visible_templates(kwargs["account"]).values_list("pk", "name")
        start.choices = [
            ("Usual purposes", StartingPoint.choices),
            *([("Your templates", [(f"{OWN}{pk}", name) for pk, name in own])] if own else []),
        ]
        languages = self.fields["languages"]
        assert isinstance(languages, LanguagesField)  # noqa: S101 - likewise
        languages.offer(self["start"].value(), self["topic"].value(), account=kwargs["account"])
        # Where what they depend on is chosen, they are shown anew.
        for name in ("start", "topic"):
            self.fields[name].widget.attrs |= LANGUAGES_ANEW
        # A follow-up is about an event that is over.
        since = Q(ends_at__gte=timezone.now() - KEPT_FOR_FOLLOW_UPS, status__in=TAKES_PLACE)
        events.queryset = visible_events(kwargs["account"]).filter(since).order_by("starts_at")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, event = cleaned.get("start", ""), cleaned.get("event")
        if not start and not cleaned.get("subject") and "subject" not in self.errors:
            self.add_error("subject", "Enter a subject.")
        if start.startswith(OWN) and not self._ticked_for(start):
            cleaned["languages"] = None
        if "event" not in self.errors:
            problem = _problem_of_event(start, event)
            if problem:
                self.add_error("event", problem)
        return cleaned

    def _ticked_for(self, start: str) -> bool:
        """Return whether the languages were ticked for this start.

        Without scripts, or by a quick press, another template is sent with the ticks of the start
        before it, or with none: it then brings all of its languages.
        """
        if "languages_for" in self.data:
            return bool(self.data["languages_for"] == start)
        return "languages" in self.data


def create(request: HttpRequest) -> HttpResponse:
    """Create a draft."""
    if not request.user.has_perm(CREATE):
        raise PermissionDenied
    form = NewCampaignForm(
        request.POST if request.method == "POST" else None,
        account=request.user,
        initial=_initial(request),
    )
    if request.method == "POST" and form.is_valid():
        campaign = _created(request, form)
        if campaign is not None:
            return redirect(studio_url("content", campaign, campaign.language))
    context = {**admin.site.each_context(request), "title": "Create campaign", "form": form}
    return TemplateResponse(
        request, "studio/create.html", context, status=422 if form.errors else 200
    )


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Return what the form is filled with before it is sent.

    A link of the page of templates names the one to start with; an unknown one selects nothing.
    """
    asked = request.GET
    initial: dict[str, Any] = {
        "language": settings.CONTENT_LANGUAGES[0],
        "start": asked.get("start", ""),
        "topic": asked.get("topic", ""),
    }
    # Another start has its own languages; else those that are ticked stay ticked.
    if "languages" in asked and request.headers.get("HX-Trigger-Name") != "start":
        initial["languages"] = asked.getlist("languages")
    return initial


def _created(request: HttpRequest, form: NewCampaignForm) -> Campaign | None:
    typed = form.cleaned_data
    user = request.user if request.user.is_authenticated else None
    try:
        with transaction.atomic():
            campaign = (
                _from_own_template(request, typed, user)
                if typed["start"].startswith(OWN)
                else create_campaign(_data(typed), created_by=user)
            )
            start = typed["start"]
            begin_translations(campaign, typed["languages"] or [], empty=not start)
            return save_details(
                campaign,
                # What is for those alone who answered so is no public email, as in a series.
                archive_access=(
                    ArchiveAccess.NONE if needs_answers(start) else typed["archive_access"]
                ),
                # One invitation a person: a calendar would take a reminder's for another.
                carries_calendar=typed["carries_calendar"] and brings_calendar(start),
                counts_links=typed["counts_links"],
            )
    except ContentError as error:
        add_content_error(form, error)
        return None


def _from_own_template(request: HttpRequest, typed: dict[str, Any], user: User | None) -> Campaign:
    pk = int(typed["start"].removeprefix(OWN))
    template = visible_templates(request.user).filter(pk=pk).first()
    if template is None:
        raise ContentError("start", "was deleted. Choose another start")
    names = ("name", "topic", "event", "language", "languages", "subject")
    return create_from_template(template, created_by=user, **{name: typed[name] for name in names})


def _data(typed: dict[str, Any]) -> dict[str, Any]:
    start, event, language = typed["start"], typed["event"], typed["language"]
    contents: dict[str, dict[str, Any]] = (
        starting_contents(start, language=language, event=event, languages=typed["languages"])
        if start
        else {language: {"blocks": []}}
    )
    if typed["subject"]:
        contents[language]["subject"] = typed["subject"]
    return {
        "name": typed["name"],
        "topic": typed["topic"].slug,
        "event": event.slug if event else None,
        "language": language,
        "rule": rule_for(start).value or None,
        "contents": contents,
    }


def _problem_of_event(start: str, event: Any) -> str:
    if event is None:
        return "Choose the event that this email is about." if needs_event(start) else ""
    is_over = event.ends_at <= timezone.now()
    if is_over and not is_for_afterwards(start):
        return "This event is over. Choose another, or start with a follow-up."
    if needs_answers(start) and not event.takes_answers:
        return (
            "This event doesn’t ask for answers, so nobody can be told apart by them. Choose "
            "another event, or another start."
        )
    return ""
