"""Events: the list, the page of one, and calendar files.

The way into a meeting (join_url) is on none of them.
"""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.events.calendar import event_ics as ics_of
from campaigns.events.calendar import method_of
from campaigns.events.listing import listed, past_events, upcoming_events
from campaigns.models import Event
from newsletter.brand.current import current_brand

PAST_A_PAGE = 20
IN_CALENDAR = 200
"""Events of the calendar file: those ahead, and the latest that are over."""


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """Those ahead, and those that took place."""
    now = timezone.now()
    past = Paginator(past_events(now=now), PAST_A_PAGE).get_page(request.GET.get("page"))
    language = settings.LANGUAGE_CODE
    context = {
        "upcoming": listed(upcoming_events(now=now), language=language),
        "page": past,
        "past": listed(past.object_list, language=language),
        "calendar_url": settings.SITE_URL + reverse("calendar_ics"),
    }
    return render(request, "campaigns/events.html", context)


@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """One event, in the time of its place and in UTC."""
    found = get_object_or_404(Event, slug=slug, is_public=True)
    (line,) = listed([found], language=settings.LANGUAGE_CODE)
    context = {"event": found, "line": line, "is_over": found.ends_at <= timezone.now()}
    return render(request, "campaigns/event.html", context)


@require_safe
def event_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """The calendar entry of one event; a cancelled one takes itself out of calendars."""
    found = get_object_or_404(Event, slug=slug, is_public=True)
    return _calendar([found], file_name=f"{found.slug}.ics")


@require_safe
def calendar_ics(request: HttpRequest) -> HttpResponse:
    """All public events in one file, to be subscribed to by a calendar program."""
    found = Event.objects.filter(is_public=True).order_by("-starts_at")[:IN_CALENDAR]
    return _calendar(list(found), file_name="calendar.ics", name=current_brand().name, as_list=True)


def _calendar(
    found: list[Event], *, file_name: str, name: str = "", as_list: bool = False
) -> HttpResponse:
    # A calendar that is subscribed to is always published; CANCEL is about single entries.
    method = "PUBLISH" if as_list else method_of(found)
    response = HttpResponse(
        ics_of(found, name=name, method=method),
        content_type=f"text/calendar; charset=utf-8; method={method}",
    )
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
