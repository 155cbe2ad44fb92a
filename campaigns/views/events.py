"""Events: the list, the page of one event, and calendar files.

None of them shows the meeting link (join_url), the dial-in, or a document for participants.
"""

from datetime import datetime

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.events.calendar import event_ics, file_method, links_file
from campaigns.events.description import description_html
from campaigns.events.documents.listing import public_documents
from campaigns.events.listing import (
    list_events,
    next_end,
    past_events,
    public_events,
    upcoming_events,
)
from campaigns.events.moved import moved_in_words
from campaigns.events.pictures import EventPicture, picture_of
from campaigns.events.programme import agenda_by_day, speakers_of
from campaigns.models import Event
from newsletter.brand.current import brand_of_pages
from newsletter.core.languages import own_name
from newsletter.core.requests.page_language import page_language, path_of
from newsletter.public_pages.page_cache import cached_page
from newsletter.public_pages.shared_page import SharedImage, SharedPage

PAST_A_PAGE = 20
IN_CALENDAR = 200
"""The number of events in the calendar file, which holds those with the latest start."""


def _until() -> datetime | None:
    return next_end(now=timezone.now())


@require_safe
@cached_page(until=_until)
def events(request: HttpRequest) -> HttpResponse:
    """Show the events ahead, and those that took place."""
    now, language = timezone.now(), page_language(request).tag
    past = Paginator(past_events(now=now), PAST_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "upcoming": list_events(upcoming_events(now=now), language=language),
        "page": past,
        "past": list_events(past.object_list, language=language),
        "calendar_url": settings.SITE_URL + path_of("calendar_ics"),
        "shared": SharedPage(
            title=_("Events"),
            description=_("Meetings and forums of %(brand)s") % {"brand": brand_of_pages().name},
            path=reverse("events"),
        ),
    }
    return render(request, "campaigns/events.html", context)


@require_safe
@cached_page(until=_until)
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one event, with its time at its place and in UTC."""
    found = get_object_or_404(public_events().select_related("picture"), slug=slug)
    (line,) = list_events([found], language=page_language(request).tag)
    picture = picture_of(found)
    context = {
        "event": found,
        "picture": picture,
        "line": line,
        "speakers": speakers_of(found),
        "agenda": agenda_by_day(found),
        "description": description_html(found.local_description),
        "documents": [
            (each, reverse("event_document", args=[found.slug, each.document.pk]))
            for each in public_documents(found)
        ],
        "interpretation": [own_name(tag) for tag in found.interpretation],
        "moved": moved_in_words(found, language=page_language(request).tag),
        "is_over": found.ends_at <= timezone.now(),
        "links_file": links_file(found),
        "shared": SharedPage(
            title=found.local_title,
            description=" · ".join(
                filter(None, [line.local_time, found.local_venue, found.local_summary])
            ),
            path=reverse("event", args=[found.slug]),
            image=_shared(picture) if picture else None,
        ),
    }
    return render(request, "campaigns/event.html", context)


def _shared(picture: EventPicture) -> SharedImage:
    crop = picture.crop
    return SharedImage(url=crop.url, width=crop.width, height=crop.height, alt=picture.alt)


@require_safe
@cached_page()
def event_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Download the calendar entry of one event.

    The entry of a cancelled event removes it from calendars.
    """
    found = get_object_or_404(public_events(), slug=slug)
    return _calendar([found], file_name=f"{found.slug}.ics")


@require_safe
@cached_page()
def calendar_ics(request: HttpRequest) -> HttpResponse:
    """Download all public events in one file, for calendar programs that subscribe to it."""
    found = public_events().order_by("-starts_at")[:IN_CALENDAR]
    return _calendar(
        list(found), file_name="calendar.ics", name=brand_of_pages().name, as_list=True
    )


def _calendar(
    found: list[Event], *, file_name: str, name: str = "", as_list: bool = False
) -> HttpResponse:
    # CANCEL is for single entries; a calendar that people subscribe to is always published.
    method = "PUBLISH" if as_list else file_method(found)
    response = HttpResponse(
        event_ics(found, name=name, method=method),
        content_type=f"text/calendar; charset=utf-8; method={method}",
    )
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
