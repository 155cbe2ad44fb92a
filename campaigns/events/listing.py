"""Which events a visitor may see, in which order, and what their times look like there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from campaigns.events.reader_time import UTC_ZONES, event_time, moment_in, utc_beside
from campaigns.models import Event
from campaigns.states import EventStatus


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event with its times written out."""

    event: Event
    day: date
    """On which it begins at its place."""
    local_time: str
    utc_time: str
    """Empty where the place keeps UTC all year."""


def listed(events: Iterable[Event], *, language: str) -> list[ListedEvent]:
    """The events as a list shows them, in the same order."""
    lines = []
    for event in events:
        utc = "" if event.time_zone in UTC_ZONES else utc_beside(event, event.time_zone, language)
        lines.append(
            ListedEvent(
                event,
                moment_in(event, event.time_zone).date(),
                event_time(event, event.time_zone, language),
                utc,
            )
        )
    return lines


def upcoming_events(*, now: datetime) -> QuerySet[Event]:
    """Public events that are not over, the next one first.

    Cancelled ones are among them, and say so.
    """
    return Event.objects.filter(is_public=True, ends_at__gt=now).order_by("starts_at", "pk")


def next_events(*, now: datetime, number: int) -> QuerySet[Event]:
    """The next few public events that will take place."""
    return upcoming_events(now=now).filter(status=EventStatus.PLANNED)[:number]


def past_events(*, now: datetime) -> QuerySet[Event]:
    """Public events that took place, the latest first."""
    return Event.objects.filter(
        is_public=True, ends_at__lte=now, status=EventStatus.PLANNED
    ).order_by("-starts_at", "-pk")
