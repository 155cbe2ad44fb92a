"""The menu of time zones in the language of a page: places by continent, in its own words."""

from collections.abc import Iterable
from functools import lru_cache

from babel.dates import get_timezone_location
from django.utils.translation import pgettext

from newsletter.core.catalogues import SOURCE_LANGUAGE, in_words_of
from newsletter.core.dates import locale_of
from newsletter.core.time_zones import ZoneMenu, zone_menu

_NAMES_IN_CLDR = {
    "Africa/Asmara": "Africa/Asmera",
    "America/Argentina/Buenos_Aires": "America/Buenos_Aires",
    "America/Argentina/Catamarca": "America/Catamarca",
    "America/Argentina/Cordoba": "America/Cordoba",
    "America/Argentina/Jujuy": "America/Jujuy",
    "America/Argentina/Mendoza": "America/Mendoza",
    "America/Atikokan": "America/Coral_Harbour",
    "America/Indiana/Indianapolis": "America/Indianapolis",
    "America/Kentucky/Louisville": "America/Louisville",
    "America/Nuuk": "America/Godthab",
    "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Asia/Kathmandu": "Asia/Katmandu",
    "Asia/Kolkata": "Asia/Calcutta",
    "Asia/Yangon": "Asia/Rangoon",
    "Atlantic/Faroe": "Atlantic/Faeroe",
    "Europe/Kyiv": "Europe/Kiev",
    "Pacific/Chuuk": "Pacific/Truk",
    "Pacific/Pohnpei": "Pacific/Ponape",
}
"""CLDR keeps a zone under the name that it had first (UTS #35, time zone identifiers)."""
_CALLED = {"Europe/Kyiv": {"es": "Kyiv", "fr": "Kyiv", "ro": "Kyiv"}}
"""Places that members call otherwise than CLDR does."""


def local_zone_menu(first: Iterable[str] = (), *, title: str, language: str) -> ZoneMenu:
    """Return the choices of `zone_menu` in a language.

    Args:
        first: zones that stand in a group in front, as in `zone_menu`.
        title: of that group.
        language: tag of the page's language.
    """
    if language.partition("-")[0] == SOURCE_LANGUAGE:
        return zone_menu(first, title=title)
    in_front = list(first)
    named = zone_menu(in_front, title=title)
    own = named[0][1] if in_front and named and named[0][0] == title else []
    taken = {zone for zone, _ in own}
    front = [(title, [(zone, zone_label(zone, language)) for zone, _ in own])] if own else []
    others = (
        (continent, [choice for choice in choices if choice[0] not in taken])
        for continent, choices in _menu_in(language)
    )
    return front + [(continent, choices) for continent, choices in others if choices]


def own_zone_label(zone: str, language: str) -> str:
    """Return the words by which the menu names a zone that stands in its group in front."""
    if language.partition("-")[0] == SOURCE_LANGUAGE:
        return zone.replace("_", " ")
    return zone_label(zone, language)


@lru_cache(maxsize=8192)
def zone_label(zone: str, language: str) -> str:
    """Return the city or country by which a zone goes in a language, such as “Київ”."""
    locale = locale_of(language)
    if called := _CALLED.get(zone, {}).get(locale.language):
        return called
    city = locale.time_zones.get(_NAMES_IN_CLDR.get(zone, ""), {}).get("city")
    return (
        city or str(get_timezone_location(zone, locale=locale, return_city=True)).rpartition("/")[2]
    )


@lru_cache(maxsize=32)
def _menu_in(language: str) -> ZoneMenu:
    """Return all places in a language. Making it takes some 20 ms, so once a process."""
    with in_words_of(language):
        return [
            (
                _continent(continent),
                sorted(
                    ((zone, zone_label(zone, language)) for zone, _ in choices),
                    key=lambda choice: choice[1].casefold(),
                ),
            )
            for continent, choices in zone_menu()
        ]


def _continent(name: str) -> str:
    return {
        "Africa": pgettext("part of the world", "Africa"),
        "America": pgettext("part of the world", "America"),
        "Antarctica": pgettext("part of the world", "Antarctica"),
        "Arctic": pgettext("part of the world", "Arctic"),
        "Asia": pgettext("part of the world", "Asia"),
        "Atlantic": pgettext("part of the world", "Atlantic"),
        "Australia": pgettext("part of the world", "Australia"),
        "Europe": pgettext("part of the world", "Europe"),
        "Indian": pgettext("part of the world", "Indian"),
        "Pacific": pgettext("part of the world", "Pacific"),
    }.get(name, name)
