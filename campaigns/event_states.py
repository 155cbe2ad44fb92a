"""States and kinds of events, their calendars and the answers to them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from newsletter.core.db.transition import Transitions


class EventKind(TextChoices):
    MEETING = "meeting", _("Virtual meeting")
    FORUM = "forum", _("Forum")
    VISIT = "visit", _("Site visit")


class EventStatus(TextChoices):
    PLANNED = "planned", "Planned"
    # Its time was changed after people had been told of it. See campaigns/events/moved.py.
    MOVED = "moved", "Moved"
    CANCELLED = "cancelled", "Cancelled"


TAKES_PLACE = frozenset({EventStatus.PLANNED, EventStatus.MOVED})
"""States of events that take place, or took place."""

EVENT_TRANSITIONS: Transitions = {
    EventStatus.CANCELLED: TAKES_PLACE,
    EventStatus.MOVED: frozenset({EventStatus.PLANNED}),
    # From moved: it was moved back before anybody was told of the time in between.
    EventStatus.PLANNED: frozenset({EventStatus.CANCELLED, EventStatus.MOVED}),
}


class Attendance(TextChoices):
    """The way in which people take part: schema.org's eventAttendanceMode."""

    ONLINE = "online", _("Online")
    IN_PERSON = "in_person", _("In person")
    HYBRID = "hybrid", _("In person or online")


class DocumentAccess(TextChoices):
    PUBLIC = "public", "Everybody, on the event’s page"
    ACCEPTED = "accepted", "Those who accepted the invitation and have a place"


class EventChange(TextChoices):
    """A change of something that people were told of an event."""

    MOVED = "moved", "Another time or place"
    MOVED_BACK = "moved_back", "The time that people were told, before they heard of another"
    CANCELLED = "cancelled", "Cancelled"
    NEW_LINK = "new_link", "Another meeting link or dial-in"


class CalendarMode(TextChoices):
    """The way in which an event gets into people's calendars."""

    FILE = "file", "As a file: people answer with the link in the email"
    INVITATION = "invitation", "As an invitation: people answer in their calendar, too"


class CalendarMethod(TextChoices):
    """The method of the calendar part of emails (RFC 5546), noted when sending begins."""

    NONE = "", "None"
    PUBLISH = "publish", "File"
    REQUEST = "request", "Invitation"
    CANCEL = "cancel", "Cancellation"


class CalendarMailKind(TextChoices):
    """The reason why a mail to the reply mailbox needs a person."""

    COUNTER = "counter", "Proposes another time"
    OUTDATED = "outdated", "Answers an earlier time or place"
    CLOSED = "closed", "Came too late, or can’t be recorded"
    UNREADABLE = "unreadable", "Couldn’t be understood"
    STRANGER = "stranger", "Leads to nobody who was invited"


class RsvpAnswer(TextChoices):
    """An answer to an invitation."""

    YES = "yes", _("Yes, I’ll come")
    NO = "no", _("No, I can’t come")
    MAYBE = "maybe", _("Maybe")
    DELEGATE = "delegate", _("Somebody else comes in my place")


class Seat(TextChoices):
    """The seat of somebody who answered yes, at an event with a limited number of places."""

    NONE = "", "None"
    TAKEN = "taken", "Has a place"
    WAITING = "waiting", "On the waiting list"
    OFFERED = "offered", "Offered a place"
    LAPSED = "lapsed", "Didn’t take the place in time"


class RsvpSource(TextChoices):
    """The way in which an answer came."""

    LINK = "link", "By the link in an email"
    STAFF = "staff", "Entered by staff"
    CALENDAR = "calendar", "By their calendar"
    DELEGATE = "delegate", "As a delegate"
