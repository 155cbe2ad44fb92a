"""Numbers of a workbook as text: dates are numbers there, told apart by their format alone."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Formats of dates and times that no file spells out (ECMA-376 part 1, 18.8.30)."""
_NOT_LETTERS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
"""Parts of a format that are no letters of a date: quoted text, escapes, colours, locales."""
_LETTERS_OF_DATES = re.compile(r"[ymdhs]", re.IGNORECASE)
_WHOLE = re.compile(r"-?\d{1,15}")
_ZERO_1900, _ZERO_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - wall-clock times
_FIRST_OF_MARCH_1900 = 61
"""Before it, the days of the older calendar are one off: it has a 29 February 1900."""
_LAST_DAY = 2_958_465  # 31 December 9999

type Format = Callable[[str], str]


def is_date_format(number: int, code: str = "") -> bool:
    """Return whether a format shows a number as a date or a time.

    Args:
        number: its id.
        code: its own code, where the file spells it out.
    """
    if not code:
        return number in _BUILT_IN_DATES
    shown = _NOT_LETTERS.sub("", code.partition(";")[0])
    return shown.lower() != "general" and bool(_LETTERS_OF_DATES.search(shown))


def plain_number(text: str) -> str:
    """Return a number as a person would type it: 5 and not 5.0, 0.1 and not 0.10000000000000001."""
    if _WHOLE.fullmatch(text):
        return text
    try:
        value = float(text)
    except ValueError:
        return text
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}"


def date_of(text: str, *, since_1904: bool) -> str:
    """Return a number that is shown as a date in the form of ISO 8601, a time of day as a time."""
    try:
        value = float(text)
    except ValueError:
        return text
    if not 0 <= value <= _LAST_DAY:
        return plain_number(text)
    zero = _ZERO_1904 if since_1904 else _ZERO_1900
    moment = zero + timedelta(seconds=round(value * 86_400))
    if value < 1:
        return f"{moment:%H:%M:%S}"
    if not since_1904 and value < _FIRST_OF_MARCH_1900:
        moment += timedelta(days=1)
    whole = moment.hour == moment.minute == moment.second == 0
    return f"{moment:%Y-%m-%d}" if whole else f"{moment:%Y-%m-%d %H:%M:%S}"
