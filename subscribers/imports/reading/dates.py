"""Timestamps of forms: several orders of day and month, decided for a whole file, never guessed."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum

_PATTERN = re.compile(
    r"(?P<first>\d{1,4})\s?[/.\-]\s?(?P<second>\d{1,2})\s?[/.\-]\s?(?P<third>\d{1,4})\.?"
    r"(?:,?\s+(?:at\s+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<seconds>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?P<zone>Z|(?:GMT|UTC)?\s*(?:[+\-−]\s*\d{1,2}(?::?\d{2})?)?))?",
    re.IGNORECASE,
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_NAME_OF_ZONE = re.compile(r"(?<=[+\-]\d{4}) [A-Z]{2,5}$")
"""Behind an offset, as Go writes a moment, and so listmonk: 2024-01-02 15:04:05 +0000 UTC."""
_EARLIEST_YEAR = 1990


class DateOrder(StrEnum):
    """The order of day and month in a date such as 3/4/2024."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    UNNEEDED = "unneeded"  # every date of the file reads the same either way
    AMBIGUOUS = "ambiguous"  # both would do for all rows
    MIXED = "mixed"  # some rows need one, some the other


class DateGiven(StrEnum):
    """The kinds of what a row says of when its person agreed."""

    DATE = ""
    TEXT = "text"  # it isn't understood, or lies ahead
    NONE = "none"


@dataclass(slots=True)
class OrderEvidence:
    """The evidence of the rows seen so far about the order."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0

    def look_at(self, text: str) -> None:
        """Take one row's timestamp into account."""
        match = _PATTERN.fullmatch(text.strip())
        if match is None or len(match["first"]) == 4:
            return
        first, second = int(match["first"]), int(match["second"])
        if first == second:
            return
        if 12 < first <= 31 and second <= 12:
            self.day_first += 1
        elif 12 < second <= 31 and first <= 12:
            self.month_first += 1
        elif first <= 12 and second <= 12:
            self.either += 1

    def order(self) -> DateOrder:
        """Return the order that all rows allow."""
        if self.day_first and self.month_first:
            return DateOrder.MIXED
        if self.day_first:
            return DateOrder.DAY_FIRST
        if self.month_first:
            return DateOrder.MONTH_FIRST
        return DateOrder.AMBIGUOUS if self.either else DateOrder.UNNEEDED


def read_timestamp(text: str, *, order: DateOrder, zone: tzinfo = UTC) -> datetime | None:
    """Return the moment of a timestamp in UTC, or None where it would have to be guessed.

    Args:
        text: such as 1/31/2024 13:05:22, 31.01.2024, 2024/01/31 1:05:22 PM GMT+2, or ISO 8601.
        order: of the file.
        zone: of timestamps that don't name theirs. A sheet has a zone, but its export doesn't say
            which.
    """
    trimmed = _NAME_OF_ZONE.sub("", text.strip())
    if not trimmed:
        return None
    try:
        moment = _iso(trimmed) or _matched(trimmed, order)
        if moment is None or moment.year < _EARLIEST_YEAR:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_day(text: str, *, order: DateOrder) -> date | None:
    """Return the day of a text, or None where it would have to be guessed. It may be long ago.

    Args:
        text: a date as above, with or without a time, which is left out.
        order: of the file.
    """
    trimmed = text.strip()
    try:
        moment = _iso(trimmed) or _matched(trimmed, order)
    except (ValueError, OverflowError):
        return None
    return moment.date() if moment else None


def _iso(text: str) -> datetime | None:
    if not _ISO.match(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _matched(text: str, order: DateOrder) -> datetime | None:
    match = _PATTERN.fullmatch(text)
    if match is None:
        return None
    found = _date(match, order)
    if found is None:
        return None
    hour = int(match["hour"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    year, month, day = found
    return datetime(
        year,
        month,
        day,
        hour,
        int(match["minute"] or 0),
        int(match["seconds"] or 0),
        tzinfo=_zone(match["zone"] or ""),
    )


def _date(match: re.Match[str], order: DateOrder) -> tuple[int, int, int] | None:
    first, second, third = int(match["first"]), int(match["second"]), int(match["third"])
    if len(match["first"]) == 4:
        return (first, second, third) if len(match["third"]) <= 2 else None
    if len(match["third"]) != 4 or len(match["first"]) > 2:
        return None  # a year of two digits could be any of the three
    if first == second or second > 12:
        return third, first, second
    if first > 12 or order is DateOrder.DAY_FIRST:
        return third, second, first
    return (third, first, second) if order is DateOrder.MONTH_FIRST else None


def _zone(text: str) -> tzinfo | None:
    if not text:
        return None
    plain = (
        re.sub(r"\s|:", "", text.upper().replace("−", "-")).removeprefix("GMT").removeprefix("UTC")
    )
    if not plain:
        return UTC if text.strip() else None
    if plain == "Z":
        return UTC
    digits = plain[1:]
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if plain[0] == "-" else offset)
