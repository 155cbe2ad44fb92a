"""The details page: a campaign's name, topic, event and language, for a new one and later."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from campaigns.content.check_content import ContentError
from campaigns.content.edit import DETAILS, details_version, save_details
from campaigns.content.open_for_edit import NotEditable
from campaigns.edit_conflict import EditConflict
from campaigns.event_states import TAKES_PLACE
from campaigns.models import Campaign, Event
from campaigns.need_to_know import visible_events
from campaigns.studio.decorators import (
    COMPOSE,
    campaign_view,
    page_context,
    seen_in,
    studio_url,
    warn_if_draft_again,
)
from campaigns.studio.languages import language_choices
from newsletter.admin.help_texts import help_text_of
from newsletter.rendering.content_errors import as_sentence
from subscribers.models import Topic
from subscribers.need_to_know.hidden import Account, visible_topics
from subscribers.states import ArchiveAccess


class DetailsForm(forms.Form):
    """A campaign's name, topic, event and language."""

    name = forms.CharField(
        max_length=160,
        error_messages={"required": "Enter a name."},
        help_text=help_text_of(Campaign, "name"),
    )
    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        empty_label="Select a topic",
        error_messages={"required": "Select a topic."},
        help_text=help_text_of(Campaign, "topic"),
    )
    event = forms.ModelChoiceField(
        Event.objects.none(),
        required=False,
        empty_label="None",
        help_text=help_text_of(Campaign, "event"),
    )
    language = forms.ChoiceField(help_text=help_text_of(Campaign, "language"))
    archive_access = forms.ChoiceField(
        label="Past emails",
        choices=[("", "As the topic says"), *ArchiveAccess.choices],
        required=False,
        help_text=help_text_of(Campaign, "archive_access"),
    )
    carries_calendar = forms.BooleanField(
        required=False,
        initial=True,
        label="Add the event to people’s calendars",
        help_text=help_text_of(Campaign, "carries_calendar"),
    )
    counts_links = forms.BooleanField(
        required=False,
        label="Count how often links are opened",
        help_text=help_text_of(Campaign, "counts_links"),
    )

    def __init__(
        self, *args: Any, account: Account, campaign: Campaign | None = None, **kwargs: Any
    ) -> None:
        """Make the form.

        Args:
            account: who fills it in. Topics and events that they may not know of are not offered.
            campaign: the one that is changed.
        """
        super().__init__(*args, **kwargs)
        upcoming = Q(ends_at__gte=timezone.now(), status__in=TAKES_PLACE)
        own = Q(pk=campaign.event_id if campaign else None)
        events, topics = self.fields["event"], self.fields["topic"]
        assert isinstance(events, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        assert isinstance(topics, forms.ModelChoiceField)  # noqa: S101 - likewise
        events.queryset = visible_events(account).filter(upcoming | own).order_by("starts_at")
        topics.queryset = visible_topics(account)
        languages = self.fields["language"]
        assert isinstance(languages, forms.ChoiceField)  # noqa: S101 - for the type checker
        languages.choices = language_choices(list(settings.CONTENT_LANGUAGES))
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
                field.widget.attrs["class"] = "st-input"


@campaign_view("GET", "POST", permission=COMPOSE, to_read=COMPOSE)
def details(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Change name, topic, event or language."""
    if request.method != "POST" and not campaign.is_editable:
        return redirect(studio_url("progress", campaign))
    initial = {name: getattr(campaign, name) for name in DETAILS}
    form = DetailsForm(
        request.POST if request.method == "POST" else None,
        account=request.user,
        campaign=campaign,
        initial=initial,
    )
    seen = request.POST.get("seen") or details_version(campaign)
    newer = ""
    if request.method == "POST" and form.is_valid():
        before = campaign.status
        try:
            save_details(campaign, seen=seen_in(request.POST), **form.cleaned_data)
        except ContentError as error:
            add_content_error(form, error)
        except EditConflict as conflict:
            newer = conflict.newer
        except NotEditable as error:
            messages.error(request, f"Nothing was saved. {error}")
            return redirect(studio_url("progress", campaign))
        else:
            messages.success(request, "Details saved.")
            warn_if_draft_again(request, campaign, before)
            return redirect(studio_url("details", campaign))
    context = page_context(request, campaign, step="details", form=form, seen=seen, newer=newer)
    status = 409 if newer else 422 if form.errors else 200
    return TemplateResponse(request, "studio/details.html", context, status=status)


def add_content_error(form: forms.Form, error: ContentError) -> None:
    """Put an action's error beside the field that its path names, or above the form."""
    name = error.path.rpartition(".")[2]
    form.add_error(name if name in form.fields else None, as_sentence(error.problem))
