"""Dates that a text names in words or figures, in the six languages of Convene.

Names of months and weekdays are those of the CLDR, by Babel. Arabic has three sets of months: the
one of Egypt and the Gulf, that of the Levant and Iraq, and those of the Maghreb.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice

from babel import Locale

from newsletter.core.dates import locale_of

_REGIONS = {"ar": ("ar", "ar_IQ", "ar_SY", "ar_LB", "ar_DZ", "ar_MA")}
_CASES = {"uk": {"середу": 2, "п’ятницю": 4, "суботу": 5, "неділю": 6}}
"""Names of weekdays that stand beside a date in another case than the CLDR gives."""
_SHORTEST = 3
"""Letters of an abbreviation that counts. The Spanish "mar" is another word, too, but no date has
it without a number before."""
_ORDINALS = r"(?:st|nd|rd|th|er|re|º|ª|-го|-е|\.)?"
_BETWEEN = r"(?:\s+(?:of|de|del|d['’]|din|al|lunii|من))?"
_MONTH_FIRST = frozenset({"en"})
_NUMERIC = re.compile(
    r"(?<![\d/.:-])(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})([./])(\d{1,2})\5(\d{4}))(?![\d/:-]|\.\d)"
)
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")
_MARKS = re.compile("[\u200e\u200f\u061c\u2066-\u2069\u0640\u064b-\u0652]")
# Other figures, and letters for which people have several: apostrophes, and commas below letters.
_FIGURES = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹ʼ'ţşŢŞ", "01234567890123456789’’țșȚȘ")
_MAXIMUM = 40_000
_MAXIMUM_DATES = 200
"""In one text. Whoever writes more made a calendar."""
_BEFORE = 40
"""Characters before a date that are kept."""


@dataclass(frozen=True, slots=True)
class NamedDate:
    """A day that a text names.

    Attributes:
        words: as they stand there.
        year: None where the text names none.
        weekday: 0 is Monday; None where the text names none.
        before: the end of the text before it on its line.
    """

    words: str
    day: int
    month: int
    year: int | None
    weekday: int | None
    before: str

    def on(self, year: int) -> date | None:
        """Return the day in its own year, else in `year`; None if there is no such day."""
        try:
            return date(self.year or year, self.month, self.day)
        except ValueError:
            return None


def dates_in(text: str, *, language: str) -> Iterator[NamedDate]:
    """Find the first days that a text names. A number or a month alone is no day.

    Args:
        text: plain, one line for each paragraph.
        language: a tag. Figures with slashes are read with the day before the month, in English
            only where there is no other reading.
    """
    plain = _MARKS.sub("", _SPACES.sub(" ", text[:_MAXIMUM])).translate(_FIGURES)
    yield from islice(_by_line(plain, language), _MAXIMUM_DATES)


def _by_line(plain: str, language: str) -> Iterator[NamedDate]:
    for line in plain.split("\n"):
        both = (_in_words(line, language), _in_figures(line, language))
        found = [each for one in both for each in islice(one, _MAXIMUM_DATES)]
        yield from (named for _, named in sorted(found, key=lambda each: each[0]))


def _in_words(line: str, language: str) -> Iterator[tuple[int, NamedDate]]:
    """Find days with the name of their month, each with its place."""
    names = _names_of(language)
    is_english = language.partition("-")[0] in _MONTH_FIRST
    for pattern in names.patterns:
        for match in pattern.finditer(line):
            parts = match.groupdict()
            month, weekday = parts["month"].casefold(), parts["weekday"]
            if is_english and not parts["month"][0].isupper():
                continue  # "you may 3 times"
            named = NamedDate(
                words=match[0].strip(" ,،."),
                day=int(parts["day"]),
                month=names.months[month.rstrip(".")],
                year=int(parts["year"]) if parts["year"] else None,
                weekday=names.weekdays[weekday.casefold().rstrip(".")] if weekday else None,
                before=_before(match),
            )
            yield match.start(), named


def _in_figures(line: str, language: str) -> Iterator[tuple[int, NamedDate]]:
    for match in _NUMERIC.finditer(line):
        if match[1]:
            year, month, day = int(match[1]), int(match[2]), int(match[3])
        else:
            day, month, year = int(match[4]), int(match[6]), int(match[7])
            if match[5] == "/" and language.partition("-")[0] in _MONTH_FIRST:
                # 3/4/2027 is two days, of which nobody can say which is meant.
                if month <= 12 and day <= 12 and day != month:
                    continue
                if month > 12:
                    day, month = month, day
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield match.start(), NamedDate(match[0], day, month, year, None, _before(match))


def _before(match: re.Match[str]) -> str:
    return match.string[max(match.start() - _BEFORE, 0) : match.start()]


@dataclass(frozen=True, slots=True)
class _Names:
    months: dict[str, int]
    weekdays: dict[str, int]
    patterns: tuple[re.Pattern[str], ...]


@cache
def _names_of(language: str) -> _Names:
    locales = _locales(language)
    months: dict[str, int] = {}
    weekdays: dict[str, int] = {}
    for locale in locales:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                _add(months, dict(locale.months[context][width]))
                _add(weekdays, dict(locale.days[context][width]))
    weekdays |= _CASES.get(language.partition("-")[0], {})
    month, weekday = _one_of(months), _one_of(weekdays)
    before = rf"(?:(?<!\w)(?P<weekday>{weekday})[.,،]?\s+(?:(?:the|le|el)\s+)?)?"
    year = r"(?:,?\s+(?:(?:de|del|din)\s+)?(?P<year>(?:19|20)\d\d)(?!\d))?"
    day = rf"(?<![\d.,:/])(?P<day>0?[1-9]|[12]\d|3[01]){_ORDINALS}"
    day_first = rf"{before}{day}{_BETWEEN}\s+(?P<month>{month})(?!\w){year}"
    patterns = [day_first]
    if language.partition("-")[0] in _MONTH_FIRST:
        number = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?![\d:])"
        patterns.append(rf"{before}(?<!\w)(?P<month>{month})\s+(?:the\s+)?{number}{year}")
    return _Names(months, weekdays, tuple(re.compile(each, re.IGNORECASE) for each in patterns))


def _locales(language: str) -> list[Locale]:
    regions = _REGIONS.get(language.partition("-")[0], ())
    return [Locale.parse(region) for region in regions] or [locale_of(language)]


def _add(names: dict[str, int], found: dict[int, str]) -> None:
    for number, name in found.items():
        plain = _MARKS.sub("", name).translate(_FIGURES).casefold().rstrip(".")
        if len(plain) >= _SHORTEST:
            names.setdefault(plain, number)


def _one_of(names: dict[str, int]) -> str:
    ordered = sorted(names, key=len, reverse=True)
    return "|".join(rf"{re.escape(name)}\b\.?" for name in ordered)
