"""Dates in the words of a language, by Babel: "12 March 2027", "12 березня 2027 р."."""

from datetime import date, datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time

from newsletter.core.kept_together import NO_BREAK_SPACE, WORD_JOINER

_LOCALES = {"en": "en_GB"}
"""Locale by language, where it isn't babel's own.

British English has the day before the month and 24 hours, as most of the world expects them.
"""


_COMMAS = {"ar": "، "}
"""The comma with its blank, where it is another than the Latin one."""


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale:
    """Find babel's locale of a BCP 47 tag.

    Of an unknown tag it is the locale of the bare language, of an unknown language British English.
    """
    for candidate in (language, language.partition("-")[0]):
        try:
            return Locale.parse(
                _LOCALES.get(candidate.lower(), candidate),
                sep="_" if "_" in candidate or candidate.lower() in _LOCALES else "-",
            )
        except (ValueError, UnknownLocaleError):
            continue
    return Locale.parse("en_GB")


def long_date(day: date | datetime, language: str) -> str:
    """Write a date as a sentence holds it, such as “12 March 2027”."""
    return str(format_date(day, "long", locale=locale_of(language)))


def month_and_year(day: date | datetime, language: str) -> str:
    """Write the month of a date, as it stands beneath the number of the day: “Mar 2027”.

    The month stands alone, which in Slavic languages is another form than beside a day.
    """
    return str(format_skeleton("yMMM", day, locale=locale_of(language)))


def date_and_time(moment: datetime, language: str) -> str:
    """Write a moment as a record holds it, such as “12 March 2027, 20:00”, in its own zone."""
    return f"{long_date(moment, language)}{comma_of(language)}{clock(moment, language)}"


def clock(moment: datetime, language: str) -> str:
    """Write the time of a day, such as “20:00”, in its own zone.

    No line breaks within it: languages of twelve hours have a blank before “a.m.” or “م”.
    """
    written = str(format_time(moment.time(), "short", locale=locale_of(language)))
    return NO_BREAK_SPACE.join(written.split())


def clock_span(start: datetime, end: datetime, language: str) -> str:
    """Write two times of a day, such as “20:00–21:30”. No line breaks within them."""
    return f"{clock(start, language)}–{WORD_JOINER}{clock(end, language)}"


def as_line(written: str) -> str:
    """Return a date or time for a line of its own, which begins with a capital.

    Within a sentence most languages write days and months without one: “jeudi 11 mars”.
    """
    return written[:1].upper() + written[1:]


def comma_of(language: str) -> str:
    """Return the comma between the items of a list, with its blank."""
    return _COMMAS.get(locale_of(language).language, ", ")
