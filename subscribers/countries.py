"""Countries and bodies: which ones forms offer, in which order, and which codes are taken.

The countries are those of ISO 3166-1, as django_countries has them. Their names in other languages
than English are those of Unicode's data. Bodies, and names that members use for themselves, are
rows of Body. Both take effect as the library's overrides: so menus, filters and names all have
them. There is no flag anywhere, and no order but that of the names.
"""

from collections.abc import Collection, Mapping
from typing import Any

from babel import Locale, UnknownLocaleError
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext
from django_countries import countries
from django_countries.data import COUNTRIES

from newsletter.public_pages.version import Version, public_version
from subscribers.alphabets import in_alphabet
from subscribers.models import Body

USER_ASSIGNED = tuple(
    f"{first}{second}"
    for first, seconds in (("Q", "MNOPQRSTUVWXYZ"), ("X", "ABCDEFGHIJLMNOPQRSTUVWXYZ"))
    for second in seconds
)
"""Codes that ISO 3166-1 leaves to its users (section 8.1.3), without XK, which is Kosovo's by
custom.
"""

NAMED_BY_THE_LIBRARY = {"FK", "HK", "MO", "PS"}
"""Territories whose names in Unicode's data take a side that the English ones of ISO leave open."""


class _Known:
    """The bodies that this process has read, of which version of the public pages."""

    version: Version | None = None
    rows: tuple[tuple[str, str, str, bool], ...] | None = None
    codes: tuple[tuple[str, str], ...] = ()


def refresh_bodies() -> None:
    """Read the bodies again where something that public pages show has changed.

    A page that is kept for many visitors has the names of its version.
    """
    version = public_version()
    if version is not None and version == _Known.version:
        return
    bodies = list(Body.objects.order_by("code"))
    _Known.version = version
    rows = tuple((each.code, each.name, str(each.names), each.is_offered) for each in bodies)
    if rows == _Known.rows:
        return
    _Known.rows = rows
    _Known.codes = tuple(
        (str(name), each.code) for each in bodies for name in (each.name, *each.names.values())
    )
    library: Any = countries  # which takes its options as attributes that it doesn't declare
    library.override = {
        code: _country_in_language(code) for code in COUNTRIES.keys() - NAMED_BY_THE_LIBRARY
    } | {each.code: _name_in_language(each.name, each.names, each.code) for each in bodies}
    del library.countries


def country_menu() -> list[Any]:
    """Return the countries and bodies of a menu, each with `code` and `name`, ordered by name.

    The order is that of the language's alphabet. Other accents don't count: Åland Islands comes
    after Afghanistan.
    """
    refresh_bodies()
    hidden = {code for code, _, _, is_offered in _Known.rows or () if not is_offered}
    language = get_language() or "en"
    return sorted(
        (country for country in countries if country.code not in hidden),
        key=lambda country: in_alphabet(str(country.name), language),
    )


def country_choices() -> list[tuple[str, str]]:
    """Return the choices of a public form; the first is none of them."""
    return [
        ("", gettext("Select a country or body")),
        *((country.code, str(country.name)) for country in country_menu()),
    ]


def country_codes() -> Collection[str]:
    """Return the codes that a country or body may have, also of those not offered any more."""
    refresh_bodies()
    known: Collection[str] = countries.countries
    return known


def country_name(code: str) -> str:
    """Return the name of a country or body, or its code where it isn't known any more.

    Whoever shows names calls `refresh_bodies` before.
    """
    return countries.name(code) or code


def body_codes() -> tuple[tuple[str, str], ...]:
    """Return the names of bodies, in whichever language, each with its code."""
    refresh_bodies()
    return _Known.codes


def free_code() -> str:
    """Return a code for a new body; empty where all are taken."""
    taken = set(Body.objects.values_list("code", flat=True))
    return next((code for code in USER_ASSIGNED if code not in taken), "")


def _named(name: str, names: Mapping[str, str], code: str) -> str:
    language = get_language() or "en"
    primary = language.partition("-")[0]
    by_unicode = _by_babel(code, primary) if _by_babel(code, "en") == name else ""
    return names.get(language) or names.get(primary) or by_unicode or name


def _country(code: str) -> str:
    primary = (get_language() or "en").partition("-")[0]
    english = str(countries.COMMON_NAMES.get(code, COUNTRIES[code]))
    return english if primary == "en" else _by_babel(code, primary) or english


def _by_babel(code: str, language: str) -> str:
    """Return the name that Unicode's data give a territory in a language; empty for none."""
    try:
        return str(Locale.parse(language).territories.get(code, ""))
    except (ValueError, UnknownLocaleError):
        return ""


_name_in_language = lazy(_named, str)
_country_in_language = lazy(_country, str)
