"""The list of events; everything else is in the studio."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern

from campaigns.models import Event
from campaigns.status_colours import EVENT_COLOURS
from campaigns.studio.event_urls import event_urls
from campaigns.studio.event_view import event_url
from campaigns.studio.pages.event.details import create
from campaigns.studio.times import place_time
from newsletter.admin.change_lists import UncountedList
from newsletter.admin.columns import column
from newsletter.admin.lists import StaffAdmin
from newsletter.core.numbers import whole_number


class EventList(UncountedList):
    """The list of events, whose rows open their pages."""

    def url_for_result(self, result: Event) -> str:
        return event_url("event", result)


@admin.register(Event)
class EventAdmin(StaffAdmin):
    """Meetings, forums and visits, whose rows open the studio."""

    empty_text = "Events are the meetings and forums that you announce. There are none yet."
    add_label = "Create event"
    search_help_text = "Title of an event"

    list_display = ["title", "kind", "starts", "place", "shown_status", "is_public"]
    list_filter = ["kind", "status", "is_public"]
    search_fields = ["title"]
    ordering = ["-starts_at"]

    @column("Starts", ordering="starts_at")
    def starts(self, event: Event) -> str:
        return place_time(event.starts_at, event.time_zone)

    @column("Place")
    def place(self, event: Event) -> str:
        return event.venue or "Online"

    @column("Status", colours=EVENT_COLOURS)
    def shown_status(self, event: Event) -> str:
        return event.get_status_display()

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        # Subscribers' calendars hold the event. It is cancelled, which updates them, not deleted.
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[EventList]:
        return EventList

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        return [*event_urls(self.admin_site.admin_view), *urls]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return create(request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        event = get_object_or_404(self.get_queryset(request), pk=whole_number(object_id) or 0)
        return redirect(event_url("event", event))
