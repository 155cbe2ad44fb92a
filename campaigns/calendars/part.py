"""The calendar part of a campaign's emails, written once for each language."""

from icalendar import Calendar

from campaigns.event_states import CalendarMethod, EventStatus
from campaigns.events.calendar import PRODUCT, entry_of
from campaigns.models import Event
from newsletter.brand.current import current_brand
from newsletter.rendering.merge import without_sentinels
from newsletter.transport.message.calendar_part import OF_RECIPIENT

_END = "END:VEVENT\r\n"


def write_part(event: Event, method: CalendarMethod) -> str:
    """Write an event as the calendar part of emails, in the active language.

    It holds one VEVENT, with its time in UTC, and no link that is one person's alone. Of an
    invitation, ORGANIZER and ATTENDEE are left open.

    Args:
        method: what it does; not NONE.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method.upper())
    entry = entry_of(event, current_brand())
    if method is not CalendarMethod.PUBLISH:
        entry.pop("organizer", None)
    if method is CalendarMethod.CANCEL and event.status != EventStatus.CANCELLED:
        raise ValueError("An event that takes place can’t be taken out of calendars.")
    calendar.add_component(entry)
    text = without_sentinels(calendar.to_ical().decode())
    if method is CalendarMethod.PUBLISH:
        return text
    return text.replace(_END, f"{OF_RECIPIENT}{_END}", 1)
