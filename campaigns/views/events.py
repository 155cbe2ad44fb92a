"""Events: the list, the page of one event, and calendar files.

None of them shows the meeting link (join_url).
"""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.events.calendar import event_ics, method_of
from campaigns.events.listing import list_events, past_events, public_events, upcoming_events
from campaigns.models import Event
from newsletter.brand.current import current_brand
from newsletter.core.requests.page_language import page_language, path_of

PAST_A_PAGE = 20
IN_CALENDAR = 200
"""The number of events in the calendar file, which holds those with the latest start."""


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """Show the events ahead, and those that took place."""
    now = timezone.now()
    past = Paginator(past_events(now=now), PAST_A_PAGE).get_page(request.GET.get("page"))
    language = page_language(request).tag
    context = {
        "upcoming": list_events(upcoming_events(now=now), language=language),
        "page": past,
        "past": list_events(past.object_list, language=language),
        "calendar_url": settings.SITE_URL + path_of("calendar_ics"),
    }
    return render(request, "campaigns/events.html", context)


@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one event, with its time at its place and in UTC."""
    found = get_object_or_404(public_events(), slug=slug)
    (line,) = list_events([found], language=page_language(request).tag)
    context = {"event": found, "line": line, "is_over": found.ends_at <= timezone.now()}
    return render(request, "campaigns/event.html", context)


@require_safe
def event_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Download the calendar entry of one event.

    The entry of a cancelled event removes it from calendars.
    """
    found = get_object_or_404(public_events(), slug=slug)
    return _calendar([found], file_name=f"{found.slug}.ics")


@require_safe
def calendar_ics(request: HttpRequest) -> HttpResponse:
    """Download all public events in one file, for calendar programs that subscribe to it."""
    found = public_events().order_by("-starts_at")[:IN_CALENDAR]
    return _calendar(list(found), file_name="calendar.ics", name=current_brand().name, as_list=True)


def _calendar(
    found: list[Event], *, file_name: str, name: str = "", as_list: bool = False
) -> HttpResponse:
    # CANCEL is for single entries; a calendar that people subscribe to is always published.
    method = "PUBLISH" if as_list else method_of(found)
    response = HttpResponse(
        event_ics(found, name=name, method=method),
        content_type=f"text/calendar; charset=utf-8; method={method}",
    )
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
