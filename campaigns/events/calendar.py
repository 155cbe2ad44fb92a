"""Calendar entries (RFC 5545) of public events."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as Entry

from campaigns.models import Event
from campaigns.states import EventStatus
from newsletter.brand.current import current_brand
from newsletter.models import Brand

REFRESH = timedelta(hours=12)
PRODUCT = "-//Convene//Convene//EN"


def event_ics(events: Iterable[Event], *, name: str = "", method: str = "") -> bytes:
    """A calendar file of `events`: CRLF line ends, lines folded at 75 octets.

    Times are in UTC: every calendar program shows them on its owner's clock, and no VTIMEZONE can
        go stale in a copy
    that somebody saved; a meeting that moves because zone rules change comes with a higher
    SEQUENCE. The way in (join_url) is never in it: the file is public. Nor is an ATTENDEE, so
    PUBLISH is the method (RFC 5546 section 3.2.1); of a file whose every event is cancelled it is
    CANCEL.

    Args:
        events: in the order in which they shall stand.
        name: of the calendar, where somebody subscribes to it; empty for a single entry.
        method: PUBLISH or CANCEL; empty: as `method_of` says.
    """
    events = list(events)
    brand = current_brand()
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method or method_of(events))
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for event in events:
        calendar.add_component(_entry(event, brand))
    return bytes(calendar.to_ical())


def method_of(events: Iterable[Event]) -> str:
    """The file's METHOD, which must also stand in its Content-Type."""
    events = list(events)
    return (
        "CANCEL"
        if events and all(event.status == EventStatus.CANCELLED for event in events)
        else "PUBLISH"
    )


def _entry(event: Event, brand: Brand) -> Entry:
    page = settings.SITE_URL + reverse("event", args=[event.slug])
    entry = Entry()
    # A bare UUID, as RFC 7986 section 5.3 wants: it stays the same when the site moves to another
    # host.
    entry.add("uid", str(event.uid))
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.updated_at)
    entry.add("dtstart", event.starts_at)
    entry.add("dtend", event.ends_at)
    entry.add("summary", event.title)
    entry.add("description", f"{event.summary}\n\n{page}".strip())
    entry.add("location", event.venue or "Online")
    entry.add("url", page)
    entry.add("status", "CANCELLED" if event.status == EventStatus.CANCELLED else "CONFIRMED")
    if address := brand.reply_to or brand.sender_email:
        organiser = vCalAddress(f"mailto:{address}")
        organiser.params["cn"] = vText(brand.name)
        entry.add("organizer", organiser)
    return entry
