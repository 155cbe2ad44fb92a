"""Events: created and changed by their actions, at wall-clock time in a time zone."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from campaigns.admin.drafts_again import warn_of_drafts
from campaigns.admin.event_form import EventForm, keep
from campaigns.admin.programme_page import programme_page
from campaigns.events.check_event import BadEvent
from campaigns.events.local_time import event_time_utc
from campaigns.events.next_quarter import copy_to_next_quarter
from campaigns.events.schedule import (
    cancel_event,
)
from campaigns.models import Event
from campaigns.status_colours import EVENT_COLOURS
from campaigns.studio.decorators import seen_in
from campaigns.studio.event_urls import event_urls
from campaigns.studio.event_view import event_url
from campaigns.studio.times import PAGE_LANGUAGE, place_time
from newsletter.admin.change_lists import UncountedList
from newsletter.admin.columns import column
from newsletter.admin.lists import StaffAdmin
from newsletter.admin.visibility import note_view
from subscribers.models import Topic
from subscribers.need_to_know.hidden import visible_topics


class EventList(UncountedList):
    """The list of events, whose rows open their pages."""

    def url_for_result(self, result: Event) -> str:
        return event_url("event", result)


_ANSWERS = ["takes_answers", "local_answers_until", "capacity", "has_waiting_list"]


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
            ("Place", {"fields": ["attendance", "venue", "join_url", "interpretation"]}),
            ("Answers", {"fields": _ANSWERS}),
            ("Calendars", {"fields": ["calendar_mode", "calendar_title"]}),
            ("Other languages", {"fields": ["texts"]}),
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

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[EventList]:
        return EventList

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
        page = self.admin_site.admin_view(
            require_http_methods(["GET", "HEAD", "POST"])(self.programme_view)
        )
        copied = self.only_posted(self.copy_view)
        return [
            *event_urls(self.admin_site.admin_view),
            path("<int:event_id>/copy/", copied, name="campaigns_event_copy"),
            path("<int:event_id>/cancel/", guarded, name="campaigns_event_cancel"),
            path("<int:event_id>/programme/", page, name="campaigns_event_programme"),
            *urls,
        ]

    def copy_view(self, request: HttpRequest, event_id: int) -> HttpResponse:
        """Copy an event to the next quarter, and lead to the copy."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        event = get_object_or_404(self.get_queryset(request), pk=event_id)
        try:
            copy = copy_to_next_quarter(event, planned_by=request.user)
        except BadEvent as error:
            messages.error(request, f"The event can’t be copied: {error.problem}")
            return redirect(event_url("event", event))
        messages.success(
            request,
            f"“{copy}” is created. Check its date and texts, add the meeting link, and make it "
            "public when it is ready.",
        )
        return redirect(event_url("event", copy))

    def programme_view(self, request: HttpRequest, event_id: int) -> HttpResponse:
        """Write the speakers and the agenda of an event."""
        may_change = self.has_change_permission(request)
        if not self.has_view_permission(request) or (request.method == "POST" and not may_change):
            raise PermissionDenied
        event = get_object_or_404(self.get_queryset(request), pk=event_id)
        page = programme_page(request, event, may_change=may_change)
        note_view(event, request.user)
        return page

    def cancel_view(self, request: HttpRequest, event_id: int) -> HttpResponse:
        """Cancel an event. Its page and calendar entry stay and show that."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        event = get_object_or_404(self.get_queryset(request), pk=event_id)
        page = redirect(event_url("event", event))
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
