"""The time zones that Convene takes, of people and of events alike."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import groupby
from zoneinfo import available_timezones

from babel.core import get_global

_OF_NO_PLACE = frozenset({"Factory", "localtime"})
"""tzdata's name for "not set", and Debian's name for the zone of this machine."""


@cache
def known_zones() -> frozenset[str]:
    """Return the IANA names in the time-zone data that is installed.

    Finding them reads hundreds of files (50 ms), so once a process.
    """
    return frozenset(available_timezones() - _OF_NO_PLACE)


CONTINENTS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
"""The first words of names of places. The others (US/Eastern, Etc/GMT+5, EST5EDT) are older names,
or are of no place."""


@cache
def current_zones() -> frozenset[str]:
    """Return the zones of places under their current names, without older names of the same zone.

    The source is tzdata's zone.tab. It has Asia/Kolkata, and not Asia/Calcutta.
    """
    return frozenset(_countries_of_zones()) & known_zones()


@cache
def _countries_of_zones() -> dict[str, str]:
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def country_of_zone(zone: str) -> str:
    """Return the country (ISO 3166-1) in which a zone lies; "" for one of no country.

    Older names are those of the same place: tzdata's zone.tab has the current ones, and CLDR's
    zone_aliases say what others stand for.
    """
    named = _countries_of_zones()
    current = get_global("zone_aliases").get(zone, zone)
    found = named.get(zone) or named.get(current)
    territory = found or get_global("zone_territories").get(current, "")
    return "" if territory == NOWHERE else territory


NOWHERE = "ZZ"
"""CLDR's code of an unknown territory, in which zones such as UTC lie."""


type ZoneMenu = list[tuple[str, list[tuple[str, str]]]]


def zone_menu(first: Iterable[str] = (), *, title: str = "In use") -> ZoneMenu:
    """Return the choices of a menu of time zones, in groups of names and their labels.

    Args:
        first: zones that stand in a group in front, in their order, older names among them; unknown
            ones are left out.
        title: of that group.
    """
    in_front = [zone for zone in dict.fromkeys(first) if zone in known_zones()]
    places = sorted(
        zone
        for zone in current_zones() - set(in_front)
        if zone.partition("/")[0] in CONTINENTS and "/" in zone
    )
    groups = groupby(places, key=lambda zone: zone.partition("/")[0])
    menu = [
        (continent, [(zone, zone.partition("/")[2].replace("_", " ")) for zone in zones])
        for continent, zones in groups
    ]
    return (
        [(title, [(zone, zone.replace("_", " ")) for zone in in_front]), *menu]
        if in_front
        else menu
    )
