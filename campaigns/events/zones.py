"""IANA time zones, and the conversion of wall-clock time to a moment."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from newsletter.core.time_zones import known_zones

FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Times outside of these years were typed by mistake, or sent to do harm: near the ends of the
calendar they can't be shown in every zone."""


class UnknownZone(ValueError):
    """A name that is not an IANA time zone; the message is fit to be shown."""


class NoSuchTime(ValueError):
    """A wall-clock time that the clocks of that place skip, or of a year far away.

    The message is fit to be shown.
    """


def is_in_range(moment: date) -> bool:
    """Return whether a time is of a year in which events take place."""
    return FIRST_YEAR <= moment.year <= LAST_YEAR


def zone_of(name: str) -> ZoneInfo:
    """Find the zone of an IANA name, such as Europe/Bucharest.

    The name is looked up in the list before ZoneInfo sees it. ZoneInfo fails in many ways on
    strings that are paths, folders or files of another kind.

    Raises:
        UnknownZone: the name is not in the list.
    """
    if name not in known_zones():
        raise UnknownZone(
            f"“{name[:64]}” is not a time zone. Write an IANA name, such as Europe/Bucharest."
        )
    return ZoneInfo(name)


def local_to_utc(local: datetime, zone: str) -> datetime:
    """Convert a wall-clock time at a place to UTC.

    When clocks are put back, an hour comes twice. The first one is taken, as calendar programs do
    (RFC 5545 section 3.3.5). When clocks are put forward, an hour is missing. A time in it is
    refused, because whoever typed it meant something else.

    Args:
        local: wall-clock time. A time zone on it is ignored, because columns keep wall-clock time
            as if it were UTC.
        zone: an IANA name.

    Raises:
        UnknownZone: no such zone.
        NoSuchTime: the clocks of the place skip this time, or its year is far away.
    """
    place = zone_of(zone)
    wall_clock = local.replace(tzinfo=None, fold=0)
    if not is_in_range(wall_clock):
        raise NoSuchTime(
            f"{wall_clock:%-d %B %Y} is not a possible date. Choose a year from {FIRST_YEAR} to "
            f"{LAST_YEAR}."
        )
    moment = wall_clock.replace(tzinfo=place).astimezone(UTC)
    back = moment.astimezone(place).replace(tzinfo=None, fold=0)
    if back != wall_clock:
        raise NoSuchTime(
            f"{wall_clock:%-d %B %Y, %H:%M} does not exist in {zone}, because the clocks go "
            f"forward then. Choose another time."
        )
    return moment
