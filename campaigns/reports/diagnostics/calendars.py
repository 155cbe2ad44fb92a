"""Check of calendar invitations: events that want them must be able to send them."""

from datetime import datetime

from django.conf import settings

from campaigns.calendars.availability import why_no_invitations
from campaigns.event_states import CalendarMode, EventStatus
from campaigns.models import Event
from campaigns.reports.diagnostics.finding import Found, Level


def calendars(now: datetime) -> Found:
    """Check that answers from calendars are read, and invitations arrive whole."""
    why = why_no_invitations()
    ahead = Event.objects.filter(ends_at__gt=now).exclude(status=EventStatus.CANCELLED)
    if not why:
        yield Level.FINE, "Events can be sent as calendar invitations."
    elif ahead.filter(calendar_mode=CalendarMode.INVITATION).exists():
        yield Level.MEND, f"Events that should be calendar invitations go out as files. {why}"
    elif settings.REPLY_MAILBOX is not None:
        yield Level.LOOK, f"Events go out as calendar files. {why}"
