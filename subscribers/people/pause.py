"""Pausing campaigns until a day that the person chooses. The pause ends by itself."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.db import transaction

from newsletter.core.db.clock import database_now
from newsletter.core.time_zones import known_zones
from subscribers.models import Subscriber
from subscribers.opt_outs import journal
from subscribers.opt_outs.entry import OVER, Entry, EntryKind

LONGEST = timedelta(days=2 * 365)
"""Whoever wants no email for longer is better served by unsubscribing."""


class CannotPause(ValueError):
    """Campaigns can't be paused until this day: it has come, or is too far away."""


@transaction.atomic
def pause(subscriber_id: int, *, until: date | None) -> bool:
    """Send a person no campaigns before the day `until`, or end the pause.

    Their topics stay as they are, and single messages still come. It takes effect at once, also in
    a campaign that is being sent. The journal of opt-outs has it, so that a restored backup
    doesn't forget it.

    Args:
        until: the first day with email again, where the person lives; None: today.

    Returns:
        Whether that changed anything.

    Raises:
        CannotPause: the day is not between `first_day` and `last_day`. Nothing was changed.
    """
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None:
        return False
    now = database_now()
    zone = subscriber.time_zone
    if until is not None and not first_day(zone, now) <= until <= last_day(zone, now):
        raise CannotPause
    ends = _begin_of(until, zone) if until is not None else None
    if ends == _standing(subscriber, now):
        return False
    Subscriber.objects.filter(pk=subscriber.pk).update(
        paused_until=ends, paused_at=now if ends is not None else None
    )
    which = ends.isoformat() if ends is not None else OVER
    journal.note([Entry(EntryKind.PAUSE, now, subscriber.digest, which)], now=now)
    return True


def paused_until(subscriber: Subscriber, *, now: datetime | None = None) -> date | None:
    """Return the first day with email again, where the person lives; None: nothing is paused."""
    if subscriber.paused_until is None:
        return None
    ends = _standing(subscriber, now or database_now())
    return ends.astimezone(_zone(subscriber.time_zone)).date() if ends is not None else None


def first_day(time_zone: str, now: datetime) -> date:
    """Return the first day until which one can pause in a time zone: tomorrow."""
    return now.astimezone(_zone(time_zone)).date() + timedelta(days=1)


def last_day(time_zone: str, now: datetime) -> date:
    """Return the last day until which one can pause in a time zone."""
    return now.astimezone(_zone(time_zone)).date() + LONGEST


def _standing(subscriber: Subscriber, now: datetime) -> datetime | None:
    ends = subscriber.paused_until
    return ends if ends is not None and ends > now else None


def _begin_of(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, time.min, tzinfo=_zone(time_zone)).astimezone(UTC)


def _zone(time_zone: str) -> tzinfo:
    return ZoneInfo(time_zone) if time_zone in known_zones() else UTC
