"""A timetable in lines for staff: how many get a campaign when, and when the last email leaves."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from campaigns.events.local_time import UTC_ZONES, zone_name
from campaigns.events.zones import zone_of
from campaigns.sending.timetable import DueGroup, Timetable, sending_rate
from newsletter.core.dates import locale_of
from subscribers.need_to_know.small_groups import hidden_numbers, is_small

MOST_NAMED = 4
"""Time zones of one moment that are named."""
_OTHER_TIMES = "At other times"
_STAFF = "en"
"""The language of the staff pages, and of commands."""


@dataclass(frozen=True, slots=True)
class TimeLine:
    """One line of the timetable.

    Attributes:
        day: of the moment, in the zone by which the campaign goes.
        clock: its time there; empty where it isn't shown.
        where: the time zones.
        number: of recipients; None where it isn't shown, for a small group's sake.
        what: what is special about them; empty where nothing is.
    """

    day: str
    clock: str
    where: str
    number: int | None
    what: str


def late_number(table: Timetable, *, sees_people: bool) -> int | None:
    """Return how many are late; None where it isn't shown, or would tell a number that isn't."""
    hidden = _hidden(table, sees_people=sees_people)
    tells = any(each.is_late for place, each in enumerate(table.groups) if place in hidden)
    return None if tells or (is_small(table.late) and not sees_people) else table.late


def _hidden(table: Timetable, *, sees_people: bool) -> frozenset[int]:
    numbers = [each.number for each in table.groups]
    return frozenset() if sees_people else hidden_numbers(numbers)


def time_lines(table: Timetable, at: time, *, sees_people: bool) -> list[TimeLine]:
    """Return the lines of a timetable.

    Groups whose number isn't shown are one line, without their times: an hour tells the time zone.

    Args:
        at: the hour of each recipient's clocks that was asked for.
        sees_people: whether small groups and their time zones are shown, too.
    """
    hidden = _hidden(table, sees_people=sees_people)
    lines = [
        _line(each, at, table.bounds.zone, sees_people=sees_people)
        for place, each in enumerate(table.groups)
        if place not in hidden
    ]
    return [*lines, TimeLine(_OTHER_TIMES, "", "Other time zones", None, "")] if hidden else lines


def _line(group: DueGroup, at: time, zone: str, *, sees_people: bool) -> TimeLine:
    local = group.at.astimezone(zone_of(zone))
    clocks = "UTC" if zone in UTC_ZONES else zone_name(zone, local, locale_of(_STAFF))
    return TimeLine(
        f"{local:%A} {local.day} {local:%B %Y}, {clocks}",
        f"{local:%H:%M}",
        _where(group, sees_people=sees_people),
        group.number,
        _what(group, at),
    )


def _what(group: DueGroup, at: time) -> str:
    if group.is_skipped:
        return "Not sent, because that hour has passed"
    if group.is_late:
        return "Their hour has passed"
    # All of a group whose clocks skip the hour get it at the first moment after it.
    for zone in group.zones:
        shown = group.at.astimezone(zone_of(zone)).time()
        if shown != at:
            return f"Clocks there skip {at:%H:%M} on that day, so they get it at {shown:%H:%M}"
    return ""


def _where(group: DueGroup, *, sees_people: bool) -> str:
    zones = [zone for zone, number in group.zones.items() if sees_people or not is_small(number)]
    names = [_name(zone) for zone in zones[:MOST_NAMED]]
    more = len(group.zones) - len(names)
    if not sees_people and more:
        return ", ".join([*names, "other time zones"])
    return ", ".join(names) + (f" and {more} more" if more else "")


def _name(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def last_leaves(table: Timetable) -> datetime:
    """Return when the last email leaves: whoever is due while others leave comes after them."""
    rate, ends = sending_rate(), table.first
    for group in table.sent:
        ends = max(ends, group.at) + timedelta(seconds=group.number / rate if rate else 0)
    return _whole_minute(ends)


def _whole_minute(moment: datetime) -> datetime:
    up = timedelta(seconds=59, microseconds=999_999)
    return (moment + up).replace(second=0, microsecond=0)
