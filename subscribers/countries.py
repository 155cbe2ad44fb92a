"""Countries: which ones forms offer, in which order, and which codes are taken.

They are those of ISO 3166-1, as django_countries has them. Its settings (`COUNTRIES_FIRST` and its
like) would change them for all pages at once; none is set.
"""

from collections.abc import Collection

from django.utils.translation import gettext
from django_countries import Countries, countries


def country_menu() -> Countries:
    """Return the countries of a menu, each with `code` and `name`, in the order of their names.

    Accents don't count: Åland Islands comes after Afghanistan. The list of `CountryField`, in the
    staff's form of a subscriber, is the same.
    """
    return countries


def country_choices() -> list[tuple[str, str]]:
    """Return the choices of a public form; the first is none of them."""
    return [
        ("", gettext("Select a country")),
        *((country.code, str(country.name)) for country in country_menu()),
    ]


def country_codes() -> Collection[str]:
    """Return the codes of two letters (ISO 3166-1 alpha-2) that a country may have."""
    known: Collection[str] = countries.countries
    return known
