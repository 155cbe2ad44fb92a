"""Lists of public events, with their times written out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from campaigns.event_states import TAKES_PLACE
from campaigns.events.local_time import UTC_ZONES, event_time, moment_in, utc_beside
from campaigns.models import Event
from newsletter.core.dates import as_line


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event with its times written out."""

    event: Event
    day: date
    """The day on which it begins, at its place."""
    local_time: str
    utc_time: str
    """Empty where the place keeps UTC all year."""


def list_events(events: Iterable[Event], *, language: str) -> list[ListedEvent]:
    """Write out the times of events, at their places and in UTC, and keep their order."""
    lines = []
    for event in events:
        utc = "" if event.time_zone in UTC_ZONES else utc_beside(event, event.time_zone, language)
        lines.append(
            ListedEvent(
                event,
                moment_in(event, event.time_zone).date(),
                as_line(event_time(event, event.time_zone, language)),
                as_line(utc),
            )
        )
    return lines


def public_events() -> QuerySet[Event]:
    """Select the events that anybody may see. One of a need-to-know topic never is."""
    return Event.objects.filter(is_public=True).exclude(topic__is_restricted=True)


def is_on_public_pages(event: Event) -> bool:
    """Return whether anybody may see the event, as `public_events` says."""
    return event.is_public and not (event.topic is not None and event.topic.is_restricted)


def upcoming_events(*, now: datetime) -> QuerySet[Event]:
    """Select public events that are not over, the next one first, cancelled ones included."""
    return public_events().filter(ends_at__gt=now).order_by("starts_at", "pk")


def next_events(*, now: datetime, number: int) -> QuerySet[Event]:
    """Select the next `number` public events that will take place."""
    return upcoming_events(now=now).filter(status__in=TAKES_PLACE)[:number]


def event_before(event: Event, events: QuerySet[Event]) -> Event | None:
    """Return the one of `events` that begins before another event, and after all others."""
    earlier = Q(starts_at__lt=event.starts_at) | Q(starts_at=event.starts_at, pk__lt=event.pk)
    return events.filter(earlier).order_by("-starts_at", "-pk").first()


def event_after(event: Event, events: QuerySet[Event]) -> Event | None:
    """Return the one of `events` that begins after another event, and before all others."""
    later = Q(starts_at__gt=event.starts_at) | Q(starts_at=event.starts_at, pk__gt=event.pk)
    return events.filter(later).order_by("starts_at", "pk").first()


def next_end(*, now: datetime) -> datetime | None:
    """Return when the first of the public events that are not over will be, or None."""
    ends = public_events().filter(ends_at__gt=now).order_by("ends_at")
    return ends.values_list("ends_at", flat=True).first()


def past_events(*, now: datetime) -> QuerySet[Event]:
    """Select public events that took place, the latest first."""
    took_place = public_events().filter(ends_at__lte=now, status__in=TAKES_PLACE)
    return took_place.order_by("-starts_at", "-pk")
