"""The days of the weekend by country: Saturday and Sunday, or Friday and Saturday, and others."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError

_IN_MOST_COUNTRIES = frozenset({5, 6})
_WEEK = 7


def weekend_of(*countries: str) -> frozenset[int]:
    """Return the days of a weekend, as `date.weekday` counts them from Monday, 0.

    Saturday and Sunday where none of the countries is known.

    Args:
        countries: as ISO 3166-1 writes them; the first that is known decides. Codes of bodies and
            empty ones aren't.
    """
    known = filter(None, map(_weekend_in, countries))
    return next(known, _IN_MOST_COUNTRIES)


@lru_cache(maxsize=512)
def _weekend_in(country: str) -> frozenset[int] | None:
    """Return the weekend of a country by CLDR's week data, which Babel has by locale."""
    try:
        locale = Locale.parse(f"und_{country}")
    except (ValueError, UnknownLocaleError):
        return None
    if locale.territory != country:
        return None
    first, last = locale.weekend_start, locale.weekend_end
    return frozenset((first + day) % _WEEK for day in range((last - first) % _WEEK + 1))
