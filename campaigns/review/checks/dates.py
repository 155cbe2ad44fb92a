"""Dates in the text that don't fit: a wrong weekday, or another day than the event's.

Texts name many days for good reasons, so this is conservative: it stays silent wherever a day may
well be another one on purpose.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from campaigns.models import Event
from campaigns.review.checks.dates_in_text import NamedDate, dates_in
from campaigns.review.checks.written import Passage, Written
from campaigns.review.finding import PreflightFinding, advice, warning
from newsletter.core.dates import long_date
from newsletter.core.time_zones import known_zones

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# A day until which something is to be done is another one than the event's.
_DEADLINE = re.compile(
    r"\b(?:by|until|till|before|latest|deadline|due|closes?|register|registration|apply|from|since"
    r"|avant|jusqu|d[’']ici|au plus tard|date limite|inscription|inscrire|depuis|à partir"
    r"|antes del?|hasta|más tardar|fecha límite|plazo|inscrip\w*|desde|a partir"
    r"|până|înainte de|cel târziu|termen\w*|înscri\w*|începând"
    r"|до|не пізніше|термін\w*|реєстр\w*|дедлайн|від|з)\b"
    r"|قبل|حتى|أقصاه|الموعد النهائي|آخر موعد|التسجيل|منذ|ابتداء",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EventDays:
    """The days of an event, as a text may name them.

    Attributes:
        own: on which it takes place, in its own zone and in UTC.
        first: its first day in its own zone.
        former: on which it took place before it was moved.
        other: of its deadline for answers and of other events.
    """

    own: frozenset[date]
    first: date
    former: frozenset[date]
    other: frozenset[date]


def days_of(event: Event, *, others: Collection[date] = ()) -> EventDays:
    """Return the days of an event.

    Args:
        others: days on which other events take place that whoever reads may know of.
    """
    own = _days(event.starts_at, event.ends_at, event.time_zone)
    former: frozenset[date] = frozenset()
    if event.previous_starts_at and event.previous_ends_at:
        zone = event.previous_time_zone or event.time_zone
        former = _days(event.previous_starts_at, event.previous_ends_at, zone) - own
    closing = {event.answers_until} - {None}
    other = {day for each in closing if each for day in _days(each, each, event.time_zone)}
    first = event.starts_at.astimezone(_zone(event.time_zone)).date()
    return EventDays(own, first, former, frozenset(other | {*others}))


def check_dates(
    written: Written, *, today: date, days: EventDays | None
) -> Iterator[PreflightFinding]:
    """Find dates with a wrong weekday, and dates that seem to be meant as the event's but aren't.

    Args:
        days: of the campaign's event. Without one, and in an email that tells of a change, weekdays
            alone are checked.
    """
    named = [
        (passage, each)
        for passage in written.passages
        for each in dates_in(passage.text, language=written.language)
    ]
    year = days.first.year if days else today.year
    for passage, each in named:
        yield from _check_weekday(passage, each, today)
    if days is None:
        return
    says_right_day = any(each.on(year) in days.own for _, each in named)
    told: set[tuple[str, date]] = set()
    for passage, each in named:
        day = each.on(year)
        finding = day and _fault_of_day(passage, each, day, days, today, says_right_day)
        if day and finding and (passage.path, day) not in told:
            told.add((passage.path, day))
            yield finding


def _check_weekday(passage: Passage, named: NamedDate, today: date) -> Iterator[PreflightFinding]:
    if named.weekday is None:
        return
    years = [named.year] if named.year else [today.year - 1, today.year, today.year + 1]
    days = [day for year in years if (day := named.on(year))]
    if not named.year:
        # Without a year it may be the last such day, or the next.
        near = timedelta(days=330)
        days = [day for day in days if abs(day - today) < near]
    if not days:
        if named.year:
            yield warning(f"There is no such day as “{named.words}”.", passage.path)
        return
    if all(day.weekday() != named.weekday for day in days):
        words = f"“{named.words}” is a {_WEEKDAYS[days[-1].weekday()]}"
        if named.year:
            yield warning(f"{words}. Correct the weekday or the date.", passage.path)
        else:
            yield advice(f"{words} in {days[-1].year}. Check the weekday.", passage.path)


def _fault_of_day(
    passage: Passage,
    named: NamedDate,
    day: date,
    days: EventDays,
    today: date,
    says_right_day: bool,
) -> PreflightFinding | None:
    if day in days.own or day in days.other:
        return None
    is_on = f"The event is on {long_date(days.first, 'en')}."
    if day in days.former:
        if says_right_day:
            return None
        return warning(
            f"“{named.words}” was the day of the event before it was moved. {is_on}", passage.path
        )
    if named.year and any((day.day, day.month) == (own.day, own.month) for own in days.own):
        return advice(f"“{named.words}” is in another year than the event. {is_on}", passage.path)
    if says_right_day or day < today or _DEADLINE.search(named.before):
        return None
    return advice(
        f"The text says “{named.words}”. {is_on} If it means another day, leave it as it is.",
        passage.path,
    )


def _zone(name: str) -> tzinfo:
    """Return the zone of a name; UTC where it is no zone any more."""
    return ZoneInfo(name) if name in known_zones() else UTC


def _days(start: datetime, end: datetime, zone: str) -> frozenset[date]:
    found = set()
    for each in (_zone(zone), UTC):
        first, last = start.astimezone(each).date(), end.astimezone(each).date()
        found |= {first + timedelta(days=number) for number in range((last - first).days + 1)}
    return frozenset(found)
