"""Calendar entries (RFC 5545) of events."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext
from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as Entry

from campaigns.event_states import CalendarMethod, CalendarMode, EventStatus
from campaigns.events.listing import is_on_public_pages
from campaigns.models import Campaign, Event
from newsletter.brand.current import current_brand
from newsletter.core.db.kept_query import KeptQuery
from newsletter.core.requests.page_language import path_of
from newsletter.models import Brand

REFRESH = timedelta(hours=12)
PRODUCT = "-//Convene//Convene//EN"


def links_file(event: Event) -> bool:
    """Return whether pages and emails lead to an event's calendar file.

    Not where it goes to people as an invitation: the file names another organiser, and is the same
    meeting to their calendar, which would show it twice, or have nobody to answer any more. A
    cancelled event is put into no calendar.
    """
    if not event.takes_place or not is_on_public_pages(event):
        return False
    invites = event.calendar_mode == CalendarMode.INVITATION or _INVITATIONS.rows(event.pk)
    return not invites


_INVITATIONS = KeptQuery(
    lambda event: Campaign.objects.filter(event=event, calendar_method=CalendarMethod.REQUEST).only(
        "pk"
    )[:1],
    values=1,
)


def event_ics(events: Iterable[Event], *, name: str = "", method: str = "") -> bytes:
    """Write a calendar file of `events`, with CRLF line ends and lines folded at 75 octets.

    Times are in UTC. Every calendar program shows them in its owner's zone, and a saved copy holds
    no VTIMEZONE that could go stale. A meeting that moves because zone rules change has a higher
    SEQUENCE. The meeting link (join_url) is left out, because the file is public. There is no
    ATTENDEE, so the method is PUBLISH (RFC 5546 section 3.2.1), or CANCEL where every event of the
    file is cancelled.

    Args:
        events: in the order of the file.
        name: name of a calendar that people subscribe to; empty for a single entry.
        method: PUBLISH or CANCEL; empty to take that of `file_method`.
    """
    events = list(events)
    brand = current_brand()
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method or file_method(events))
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for event in events:
        calendar.add_component(entry_of(event, brand))
    return bytes(calendar.to_ical())


def file_method(events: Iterable[Event]) -> str:
    """Return the file's METHOD, which its Content-Type must repeat."""
    events = list(events)
    return (
        "CANCEL"
        if events and all(event.status == EventStatus.CANCELLED for event in events)
        else "PUBLISH"
    )


def entry_of(event: Event, brand: Brand) -> Entry:
    """Return an event as a calendar entry, in the active language.

    One with a neutral title holds nothing else but its time, because other people can see a
    calendar. The page of an event that isn't public is left out.
    """
    page = settings.SITE_URL + path_of("event", event.slug)
    entry = Entry()
    # RFC 7986 section 5.3 asks for a bare UUID, which stays the same when the site moves to another
    # host.
    entry.add("uid", str(event.uid))
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.updated_at)
    entry.add("dtstart", event.starts_at)
    entry.add("dtend", event.ends_at)
    neutral = event.local_calendar_title
    entry.add("summary", neutral or _without_link(event.local_title, event))
    if not neutral:
        page = page if is_on_public_pages(event) else ""
        description = f"{_without_link(event.local_summary, event)}\n\n{page}".strip()
        if description:
            entry.add("description", description)
        entry.add("location", _without_link(event.local_venue, event) or gettext("Online"))
        if page:
            entry.add("url", page)
    entry.add("status", "CANCELLED" if event.status == EventStatus.CANCELLED else "CONFIRMED")
    if address := brand.reply_to or brand.sender_email:
        organiser = vCalAddress(f"mailto:{address}")
        if not neutral:
            organiser.params["cn"] = vText(brand.name)
        entry.add("organizer", organiser)
    return entry


def _without_link(text: str, event: Event) -> str:
    """Return a text, or nothing where somebody typed the meeting link into it."""
    link = event.join_url.partition("://")[2].rstrip("/").casefold()
    return "" if link and link in text.casefold() else text
