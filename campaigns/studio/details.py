"""A campaign's outer facts: name, topic, event, language. A new one starts here."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from campaigns.content.edit import NotEditable, save_details
from campaigns.content.load import create_campaign
from campaigns.content.shape import ContentError
from campaigns.models import Campaign, Event
from campaigns.states import EventStatus
from campaigns.studio.decorators import COMPOSE, door, frame, studio_url
from campaigns.studio.languages import named
from newsletter.rendering.faults import as_sentence
from subscribers.models import Topic


class DetailsForm(forms.Form):
    """What a campaign is called and what it is about."""

    name = forms.CharField(max_length=160, help_text="For staff; readers never see it.")
    topic = forms.ModelChoiceField(
        Topic.objects.all(), help_text="Its confirmed followers are the readers."
    )
    event = forms.ModelChoiceField(
        Event.objects.none(),
        required=False,
        empty_label="None",
        help_text="Its time can be shown on each reader's own clock.",
    )
    language = forms.ChoiceField(
        help_text="Readers for whose own language there is no letter get the one in this language."
    )
    is_archived = forms.BooleanField(
        required=False, initial=True, label="Show in the public archive once it is sent"
    )

    def __init__(self, *args: Any, campaign: Campaign | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coming = Event.objects.filter(ends_at__gte=timezone.now(), status=EventStatus.PLANNED)
        own = (
            Event.objects.filter(pk=campaign.event_id)
            if campaign and campaign.event_id
            else Event.objects.none()
        )
        events = self.fields["event"]
        assert isinstance(events, forms.ModelChoiceField)  # noqa: S101 - tells the type checker which field it is
        events.queryset = (coming | own).order_by("starts_at")
        languages = self.fields["language"]
        assert isinstance(languages, forms.ChoiceField)  # noqa: S101 - likewise
        languages.choices = named(list(settings.CONTENT_LANGUAGES))
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "st-input"


class NewCampaignForm(DetailsForm):
    """A new campaign has a subject from the start."""

    subject = forms.CharField(
        max_length=200,
        help_text="What readers see in their list of messages. You can change it while you write.",
    )
    field_order = ["name", "topic", "event", "language", "subject", "is_archived"]


def create(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    if not request.user.has_perm("campaigns.add_campaign"):
        raise PermissionDenied
    form = NewCampaignForm(
        request.POST if request.method == "POST" else None,
        initial={"language": settings.CONTENT_LANGUAGES[0]},
    )
    if request.method == "POST" and form.is_valid():
        campaign = _created(request, form)
        if campaign is not None:
            return redirect(studio_url("write", campaign, campaign.language))
    context = {**admin.site.each_context(request), "title": "New campaign", "form": form}
    return TemplateResponse(
        request, "studio/create.html", context, status=422 if form.errors else 200
    )


def _created(request: HttpRequest, form: NewCampaignForm) -> Campaign | None:
    typed = form.cleaned_data
    data = {
        "name": typed["name"],
        "topic": typed["topic"].slug,
        "event": typed["event"].slug if typed["event"] else None,
        "language": typed["language"],
        "contents": {typed["language"]: {"subject": typed["subject"], "blocks": []}},
    }
    user = request.user
    try:
        with transaction.atomic():
            campaign = create_campaign(data, created_by=user if user.is_authenticated else None)
            return save_details(campaign, is_archived=typed["is_archived"])
    except ContentError as error:
        place_error(form, error)
        return None


@door("GET", "POST", permission=COMPOSE)
def details(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Change name, topic, event or language."""
    if not campaign.is_editable:
        return redirect(studio_url("progress", campaign))
    initial = {
        name: getattr(campaign, name)
        for name in ("name", "topic", "event", "language", "is_archived")
    }
    form = DetailsForm(
        request.POST if request.method == "POST" else None, campaign=campaign, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_details(campaign, **form.cleaned_data)
        except ContentError as error:
            place_error(form, error)
        except NotEditable as error:
            messages.error(request, f"Nothing was saved. {error}")
            return redirect(studio_url("progress", campaign))
        else:
            messages.success(request, "Saved.")
            return redirect(studio_url("details", campaign))
    context = frame(request, campaign, step="details", form=form)
    return TemplateResponse(
        request, "studio/details.html", context, status=422 if form.errors else 200
    )


def place_error(form: forms.Form, error: ContentError) -> None:
    """Put an error of the verb's beside the field that its path names, or over the form."""
    name = error.path.rpartition(".")[2]
    form.add_error(name if name in form.fields else None, as_sentence(error.problem))
