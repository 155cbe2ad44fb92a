"""The time zones that Convene takes, of people and of events alike."""

from functools import cache
from zoneinfo import available_timezones

_OF_NO_PLACE = frozenset({"Factory", "localtime"})
"""tzdata's word for "not set", and Debian's name for whatever this machine has."""


@cache
def known_zones() -> frozenset[str]:
    """The IANA names in the time-zone data that is installed. Finding them reads hundreds of files (50 ms), so once a process."""
    return frozenset(available_timezones() - _OF_NO_PLACE)
