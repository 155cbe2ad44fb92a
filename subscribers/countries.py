"""Countries and bodies: which ones forms offer, in which order, and which codes are taken.

The countries are those of ISO 3166-1, as django_countries has them. Bodies, and names that members
use for themselves, are rows of Body, which take effect as the library's overrides: so menus,
filters and names all have them. There is no flag anywhere, and no order but that of the names.
"""

from collections.abc import Collection, Mapping
from typing import Any

from babel import Locale, UnknownLocaleError
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext
from django_countries import countries

from newsletter.public_pages.version import Version, public_version
from subscribers.models import Body

USER_ASSIGNED = tuple(
    f"{first}{second}"
    for first, seconds in (("Q", "MNOPQRSTUVWXYZ"), ("X", "ABCDEFGHIJLMNOPQRSTUVWXYZ"))
    for second in seconds
)
"""Codes that ISO 3166-1 leaves to its users (section 8.1.3), without XK, which is Kosovo's by
custom.
"""


class _Known:
    """The bodies that this process has read, of which version of the public pages."""

    version: Version | None = None
    rows: tuple[tuple[str, str, str, bool], ...] = ()
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
        each.code: _name_in_language(each.name, each.names, each.code) for each in bodies
    }
    del library.countries


def country_menu() -> list[Any]:
    """Return the countries and bodies of a menu, each with `code` and `name`, ordered by name.

    Accents don't count: Åland Islands comes after Afghanistan.
    """
    refresh_bodies()
    hidden = {code for code, _, _, is_offered in _Known.rows if not is_offered}
    return [country for country in countries if country.code not in hidden]


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
    return names.get(language) or names.get(primary) or _by_babel(name, code, primary) or name


def _by_babel(name: str, code: str, language: str) -> str:
    """Return the name in a language of a territory that Unicode's data know by the same name."""
    try:
        english, wanted = Locale("en").territories, Locale.parse(language).territories
    except (ValueError, UnknownLocaleError):
        return ""
    return str(wanted.get(code, "")) if english.get(code) == name else ""


_name_in_language = lazy(_named, str)
