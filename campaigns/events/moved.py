"""Telling that an event has another time than people were told."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from campaigns.event_states import EVENT_TRANSITIONS, EventStatus
from campaigns.events.local_time import span_written
from campaigns.models import Campaign, Event, Rsvp
from newsletter.core.bidi import isolated
from newsletter.core.db.transition import transition


@dataclass(frozen=True, slots=True)
class EventTime:
    """The moments of an event, and the zone in which people were told them."""

    starts_at: datetime
    ends_at: datetime
    time_zone: str

    @classmethod
    def of(cls, event: Event) -> "EventTime":
        return cls(event.starts_at, event.ends_at, event.time_zone)

    def is_at_once_with(self, other: "EventTime") -> bool:
        """Return whether both are the same moments, whatever the zones."""
        return (self.starts_at, self.ends_at) == (other.starts_at, other.ends_at)


def is_announced(event: Event, *, since: datetime | None = None) -> bool:
    """Return whether people were told the time of an event.

    They were once a campaign about it has begun to leave, or somebody has answered, which is
    confirmed to them with the time.

    Args:
        since: a moment; earlier tellings don't count. None: all do.
    """
    after = Q(launched_at__gte=since) if since else Q(launched_at__isnull=False)
    answered = Q(answered_at__gte=since) if since else Q(answered_at__isnull=False)
    return (
        Campaign.objects.filter(after, event=event).exists()
        or Rsvp.objects.filter(answered, event=event).exists()
    )


def note_new_time(event: Event, *, was: EventTime) -> bool:
    """Have an event whose time staff changed say so, where people were told another.

    What it was moved from is the time that people were told last. Where it is moved twice before
    anybody was told of the time in between, it was moved from the first; where it is moved back
    there, it was never moved. One that is over, before and after, has its records put right.

    Args:
        event: locked and saved.
        was: its time before the change.

    Returns:
        Whether it is moved back, so that nobody need hear of another time.
    """
    now, present = timezone.now(), EventTime.of(event)
    if present.is_at_once_with(was) or (was.ends_at <= now and present.ends_at <= now):
        return False
    if event.status == EventStatus.MOVED and not is_announced(event, since=event.moved_at):
        told = previous_time(event)
        if told is not None and present.is_at_once_with(told):
            _enter(event, EventStatus.PLANNED, told=None)
            return True
        return False
    if event.takes_place and is_announced(event):
        _enter(event, EventStatus.MOVED, told=was)
    return False


def previous_time(event: Event) -> EventTime | None:
    """Return the time that people were told of an event before it was moved; None if it wasn't."""
    if event.previous_starts_at is None or event.previous_ends_at is None:
        return None
    return EventTime(event.previous_starts_at, event.previous_ends_at, event.previous_time_zone)


def event_time_before(event: Event, time_zone: str, language: str) -> str:
    """Write the time that an event was moved from as `event_time` writes the present one.

    Both are in the same zone, or a move of one hour would look like one of three.

    Returns:
        "" if it wasn't moved.
    """
    told = previous_time(event)
    if told is None:
        return ""
    return span_written(event, told.starts_at, told.ends_at, time_zone, language)


def moved_in_words(
    event: Event, *, language: str, time_zone: str = "", is_for_many: bool = False
) -> str:
    """Say in the active language when a moved event was to be; "" of any other.

    Args:
        language: in which the time is written.
        time_zone: the reader's; without one, that of the event.
        is_for_many: whether each recipient's own time is filled in later. `{event_time_before}`
            stands for it then.
    """
    if event.status != EventStatus.MOVED or previous_time(event) is None:
        return ""
    time = event_time_before(event, time_zone, language)
    if is_for_many:
        time = f"{{event_time_before|{time}}}"
    return gettext("This event has a new time. It was planned for %(time)s.") % {
        "time": isolated(time, language)
    }


def _enter(event: Event, status: EventStatus, *, told: EventTime | None) -> None:
    changes = {
        "moved_at": timezone.now() if told else None,
        "previous_starts_at": told.starts_at if told else None,
        "previous_ends_at": told.ends_at if told else None,
        "previous_time_zone": told.time_zone if told else "",
    }
    rows = Event.objects.filter(pk=event.pk)
    if not transition(rows, EVENT_TRANSITIONS, status, **changes):
        rows.filter(status=status).update(**changes)  # moved again
