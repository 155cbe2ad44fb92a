"""Months of UTC, and for how long the numbers of each may change."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from django.db.models import Case, IntegerField, When

SHOWN = 24
"""Months, the present one among them."""
GROWTH_STAYS_OPEN = timedelta(days=1)
"""After a month's end: a transaction may have begun in it."""
REPORTS_STAY_OPEN = timedelta(days=92)
"""Likewise for bounces, complaints and answers: providers report late, and staff mark who came."""


def month_of(moment: datetime) -> date:
    """Return the first day of the month of a moment, in UTC."""
    return moment.astimezone(UTC).date().replace(day=1)


def start_of(month: date) -> datetime:
    """Return when a month begins."""
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def next_month(month: date) -> date:
    """Return the month after another."""
    return (month + timedelta(days=31)).replace(day=1)


def last_months(now: datetime, number: int = SHOWN) -> list[date]:
    """Return the present month and those before it, the oldest first."""
    months = [month_of(now)]
    while len(months) < number:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    return months


def is_open(month: date, *, counted_at: datetime | None, stays: timedelta) -> bool:
    """Return whether a month is to be counted: its end is ahead, or was when it was counted last.

    Args:
        counted_at: when it was counted last; None: never.
        stays: the time after its end in which its numbers may still change.
    """
    return counted_at is None or counted_at < start_of(next_month(month)) + stays


def place_of(column: str, months: Sequence[date]) -> Case:
    """Build an expression: the place among some months of a time, None outside of them.

    Both databases compare times faster than they find the month of one.

    Args:
        months: one after the other, the oldest first.
    """
    first = When(**{f"{column}__lt": start_of(months[0])}, then=None)
    ends = [
        When(**{f"{column}__lt": start_of(next_month(month))}, then=place)
        for place, month in enumerate(months)
    ]
    return Case(first, *ends, default=None, output_field=IntegerField())


def span(months: Iterable[date]) -> tuple[datetime, datetime]:
    """Return the start of the first and the end of the last of some months."""
    months = list(months)
    return start_of(min(months)), start_of(next_month(max(months)))
