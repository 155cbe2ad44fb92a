"""Events: created and changed by their actions, at wall-clock time in a time zone."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from campaigns.edit_conflict import EditConflict
from campaigns.events.check_event import BadEvent
from campaigns.events.local_time import event_time_utc
from campaigns.events.schedule import (
    CHANGEABLE,
    cancel_event,
    change_event,
    event_version,
    plan_event,
)
from campaigns.events.zone_menu import staff_zone_menu
from campaigns.models import Campaign, Event
from campaigns.need_to_know import visible_campaigns
from campaigns.status_colours import EVENT_COLOURS
from campaigns.studio.decorators import draft_again, seen_in
from campaigns.studio.times import PAGE_LANGUAGE, place_time
from newsletter.admin.columns import column
from newsletter.admin.help_texts import help_text_of
from newsletter.admin.lists import StaffAdmin
from subscribers.models import Topic
from subscribers.need_to_know.hidden import Account, visible_topics


class WallClockField(forms.DateTimeField):
    """A wall-clock time, kept as if it were UTC.

    The browser shows its own picker, and no zone is applied to what is typed.
    """

    def __init__(self, **kwargs: Any) -> None:
        widget = UnfoldAdminTextInputWidget({"type": "datetime-local"})
        super().__init__(
            widget=widget,
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value


class EventForm(forms.ModelForm):  # type: ignore[type-arg] # generic for the type checker alone
    """The fields of an event. The actions check them, and their errors are shown at the fields."""

    asked_by: Account
    """Who plans it. The page sets it on a class of its own for each request."""

    local_start = WallClockField(label="Starts", help_text=help_text_of(Event, "local_start"))
    local_end = WallClockField(label="Ends")
    time_zone = forms.ChoiceField(
        widget=UnfoldAdminSelectWidget,
        error_messages={"required": "Select the event’s time zone."},
        help_text=help_text_of(Event, "time_zone"),
    )

    class Meta:
        model = Event
        fields = [
            "title", "slug", "kind", "summary", "description", "local_start", "local_end",
            "time_zone", "venue", "join_url", "is_public", "topic",
        ]  # fmt: skip
        widgets = {"join_url": UnfoldAdminTextInputWidget({"inputmode": "url"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = self.data.get("seen") or event_version(self.instance)
        self.newer = ""
        zone = self.fields.get("time_zone")
        if isinstance(zone, forms.ChoiceField):
            # No zone is chosen beforehand, because one that was overlooked would invite people to
            # the wrong hour.
            zone.choices = [
                *([] if self.instance.pk else [("", "Select a time zone")]),
                *staff_zone_menu(self.instance.time_zone),
            ]

    def clean(self) -> dict[str, Any]:
        """Try the action and roll it back, so that its error is shown at the field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        with transaction.atomic():
            try:
                keep(self.instance.pk, cleaned, by=self.asked_by, seen=seen_in(self.data))
            except EditConflict as conflict:
                self.newer = conflict.newer
            except BadEvent as error:
                self.add_error(error.field if error.field in self.fields else None, error.problem)
            transaction.set_rollback(True)
        return cleaned

    def is_valid(self) -> bool:
        return super().is_valid() and not self.newer

    def _post_clean(self) -> None:
        """Skip Django's checks of the row, which needs times that the action derives."""

    def save(self, commit: bool = True) -> Event:
        """Return the row unsaved; `save_model` saves it by the action."""
        event: Event = self.instance
        return event


def keep(
    event_id: int | None, typed: dict[str, Any], *, by: Account, seen: str
) -> tuple[Event, list[Campaign]]:
    """Create or change an event with what was typed.

    Returns:
        The event, and the campaigns that became drafts.

    Raises:
        BadEvent: with the column at fault.
        EditConflict: the event was saved again since the form was opened.
    """
    if event_id is None:
        return plan_event(planned_by=by, **typed), []
    event = Event.objects.get(pk=event_id)
    changes = {name: value for name, value in typed.items() if name in CHANGEABLE}
    return event, change_event(event, seen=seen, **changes)


def warn_of_drafts(request: HttpRequest, campaigns: list[Campaign]) -> None:
    """Warn which campaigns became drafts with the change of an event.

    Args:
        campaigns: with the status that they had.
    """
    known = visible_campaigns(request.user).filter(pk__in=[each.pk for each in campaigns])
    visible = set(known.values_list("pk", flat=True))
    for campaign in campaigns:
        if campaign.pk in visible:
            messages.warning(request, draft_again(f"The campaign “{campaign}”", campaign.status))


@admin.register(Event)
class EventAdmin(StaffAdmin):
    """Meetings, forums and visits."""

    empty_text = "Events are the meetings and forums that you announce. There are none yet."
    add_label = "Create event"
    search_help_text = "Title of an event"

    is_recorded_by_actions = True
    form = EventForm
    list_display = ["title", "kind", "starts", "place", "shown_status", "is_public"]
    list_filter = ["kind", "status", "is_public"]
    search_fields = ["title"]
    ordering = ["-starts_at"]
    readonly_fields = ["in_utc", "status"]
    prepopulated_fields = {"slug": ["title"]}
    change_form_before_template = "studio/_event_version.html"
    change_form_outer_after_template = "studio/_cancel_event.html"

    @column("Starts", ordering="starts_at")
    def starts(self, event: Event) -> str:
        return place_time(event.starts_at, event.time_zone)

    @column("Place")
    def place(self, event: Event) -> str:
        return event.venue or "Online"

    @column("Status", colours=EVENT_COLOURS)
    def shown_status(self, event: Event) -> str:
        return event.get_status_display()

    @column("In UTC")
    def in_utc(self, event: Event) -> str:
        return event_time_utc(event, PAGE_LANGUAGE) if event.pk else "–"

    def get_fieldsets(self, request: HttpRequest, obj: Event | None = None) -> Any:
        when = ["local_start", "local_end", "time_zone"]
        sections: list[tuple[str, dict[str, Any]]] = [
            ("Event", {"fields": ["title", "slug", "kind", "summary", "description"]}),
            ("Time", {"fields": [*when, "in_utc"] if obj else when}),
            ("Place", {"fields": ["venue", "join_url"]}),
            ("Visibility", {"fields": self._visibility(request, obj)}),
        ]
        return sections

    def _visibility(self, request: HttpRequest, obj: Event | None) -> list[str]:
        has_topic = obj is not None and obj.topic is not None
        return [
            "is_public",
            *(["topic"] if has_topic or self._restricted_topics(request).exists() else []),
            *(["status"] if obj else []),
        ]

    def _restricted_topics(self, request: HttpRequest) -> QuerySet[Topic]:
        return visible_topics(request.user).filter(is_restricted=True)

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **options: Any
    ) -> Any:
        if db_field.name != "topic":
            return super().formfield_for_dbfield(db_field, request, **options)
        options |= {"queryset": self._restricted_topics(request), "empty_label": "None"}
        field = super().formfield_for_dbfield(db_field, request, **options)
        field.widget = getattr(field.widget, "widget", field.widget)  # without links to topics
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Event | None = None) -> list[str]:
        # The slug is in links of emails that were sent.
        return [*self.readonly_fields, "slug"] if obj else list(self.readonly_fields)

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Event | None = None
    ) -> dict[str, list[str]]:
        return {} if obj else dict(self.prepopulated_fields)

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        # Subscribers' calendars hold the event. It is cancelled, which updates them, not deleted.
        return False

    def get_form(self, request: HttpRequest, *given: Any, **options: Any) -> Any:
        form = super().get_form(request, *given, **options)
        form.asked_by = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        event, drafts = keep(
            obj.pk if change else None,
            form.cleaned_data,
            by=request.user,
            seen=seen_in(request.POST),
        )
        obj.pk = event.pk
        obj.refresh_from_db()
        warn_of_drafts(request, drafts)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing, as there are no related rows."""

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        guarded = self.only_posted(self.cancel_view)
        return [path("<int:event_id>/cancel/", guarded, name="campaigns_event_cancel"), *urls]

    def cancel_view(self, request: HttpRequest, event_id: int) -> HttpResponse:
        """Cancel an event. Its page and calendar entry stay and show that."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        event = get_object_or_404(self.get_queryset(request), pk=event_id)
        page = redirect(reverse("admin:campaigns_event_change", args=[event.pk]))
        drafts = cancel_event(event)
        if drafts is None:
            messages.warning(request, "Nothing was changed: this event was already cancelled.")
            return page
        messages.success(
            request,
            f"“{event}” is cancelled. Its page and calendar entry show that. No email was sent.",
        )
        warn_of_drafts(request, drafts)
        return page
