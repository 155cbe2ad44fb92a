"""Counting the months of all topics: those that are open, anew; those that are closed, never."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from time import monotonic

from django.db import transaction
from django.utils import timezone

from campaigns.models import TopicMonth
from campaigns.reports.months.answers import AnswerNumbers, count_answers_of_months
from campaigns.reports.months.calendar import (
    GROWTH_STAYS_OPEN,
    REPORTS_STAY_OPEN,
    is_open,
    last_months,
)
from campaigns.reports.months.growth import count_growth, count_subscribed, newest_records
from campaigns.reports.months.mail import SentNumbers, count_mail
from subscribers.models import Topic

REST = 50
"""Growth is counted again after so many times the time that it took, and not before."""

_KEY = ("topic", "month")
_NUMBERS = tuple(
    field.name for field in TopicMonth._meta.concrete_fields if field.name not in (*_KEY, "id")
)

type _Rows = dict[tuple[int, date], TopicMonth]


def count_months(*, now: datetime | None = None) -> list[date]:
    """Count the open months of all topics, and keep the numbers.

    Whatever it counts it counts from the rows, so it may run twice at once, late, or not at all.
    The first time it counts all months that are shown.

    Returns:
        The months that were counted.
    """
    now = now or timezone.now()
    months = last_months(now)
    counted = dict(
        TopicMonth.objects.filter(month__gte=months[0])
        .order_by("counted_at")
        .values_list("month", "counted_at")
    )
    due = _from_first_open(months, counted, stays=REPORTS_STAY_OPEN)
    rows = _rows(due, now=now)
    growing = _from_first_open(months, counted, stays=GROWTH_STAYS_OPEN)
    if _has_grown(rows.values(), growing, counted, now=now):
        _count_growth(rows, growing)
    _set(rows, count_mail(due), SentNumbers())
    _set(rows, count_answers_of_months(due), AnswerNumbers())
    with transaction.atomic():
        TopicMonth.objects.bulk_create(
            rows.values(),
            update_conflicts=True,
            unique_fields=_KEY,
            update_fields=_NUMBERS,
            batch_size=500,
        )
    return due


def _from_first_open(
    months: Sequence[date], counted: Mapping[date, datetime], *, stays: timedelta
) -> list[date]:
    """Return the first month that is open, and all after it."""
    first = next(
        place
        for place, month in enumerate(months)
        if is_open(month, counted_at=counted.get(month), stays=stays)
    )
    return list(months[first:])


def _rows(months: Sequence[date], *, now: datetime) -> _Rows:
    """Return the rows of some months, those that aren't there yet among them."""
    kept = TopicMonth.objects.filter(month__in=months)
    rows = {(row.topic_id, row.month): row for row in kept}
    for topic in Topic.objects.values_list("pk", flat=True):
        for month in months:
            row = rows.setdefault((topic, month), TopicMonth(topic_id=topic, month=month))
            row.counted_at = now
    return rows


def _has_grown(
    rows: Iterable[TopicMonth],
    growing: Sequence[date],
    counted: Mapping[date, datetime],
    *,
    now: datetime,
) -> bool:
    """Return whether growth is to be counted: somebody came or left, and it isn't too soon."""
    if any(month not in counted for month in growing):
        return True
    kept = [row.beside for row in rows if row.beside]
    if not kept:
        return True
    beside = max(kept, key=lambda each: str(each["at"]))
    if {name: beside[name] for name in ("record", "undone")} == newest_records():
        return False
    since = now - datetime.fromisoformat(beside["at"])
    # The clock may have been set back.
    return not timedelta(0) <= since < timedelta(seconds=beside["took"] * REST)


def _count_growth(rows: _Rows, months: Sequence[date]) -> None:
    """Count growth. At the end of a month there were as many as now, less what came after it."""
    began, newest = monotonic(), newest_records()
    growth, subscribed = count_growth(months), count_subscribed()
    for month in reversed(months):
        for (topic, each), row in rows.items():
            if each != month:
                continue
            row.joined, row.left = growth.joined[topic, month], growth.left[topic, month]
            row.subscribed = max(subscribed[topic], 0)
            subscribed[topic] += row.left - row.joined
    took = round(monotonic() - began, 3)
    for row in rows.values():
        row.beside = {**newest, "took": took, "at": row.counted_at.isoformat()}


def _set(
    rows: _Rows,
    found: Mapping[tuple[int, date], SentNumbers] | Mapping[tuple[int, date], AnswerNumbers],
    nothing: SentNumbers | AnswerNumbers,
) -> None:
    for key, row in rows.items():
        for name, number in asdict(found.get(key, nothing)).items():
            setattr(row, name, number)
