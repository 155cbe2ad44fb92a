"""Counting the months of all topics: those that are open, anew; those that are closed, never."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

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
ENOUGH = 120.0
"""Seconds after which no further month is counted for the first time: a task has 270."""

_KEY = ("topic", "month")
_NUMBERS = tuple(
    field.name for field in TopicMonth._meta.concrete_fields if field.name not in (*_KEY, "id")
)

type _Rows = Mapping[int, TopicMonth]
"""The rows of one month, by topic."""


def count_months(*, now: datetime | None = None, seconds: float = ENOUGH) -> list[date]:
    """Count the open months of all topics, and keep the numbers of each as soon as it is counted.

    Whatever it counts it counts from the rows, so it may run twice at once, late, or not at all.
    The first time it counts all months that are shown, the present one first. What a run doesn't
    come to is left to the next.

    Args:
        now: the present.
        seconds: after which it begins no further month that was never counted, but for one.

    Returns:
        The months that were counted.
    """
    now, began = now or timezone.now(), monotonic()
    months = last_months(now)
    kept: dict[date, dict[int, TopicMonth]] = {month: {} for month in months}
    for row in TopicMonth.objects.filter(month__gte=months[0], month__lte=months[-1]):
        kept[row.month][row.topic_id] = row
    topics, newest = list(Topic.objects.values_list("pk", flat=True)), newest_records()
    counted: list[date] = []
    is_late, later = False, None
    for month in reversed(months):
        rows: _Rows = kept[month]
        if not rows:
            if is_late:
                break
            is_late = monotonic() - began >= seconds
        counted_at = max((row.counted_at for row in rows.values()), default=None)
        reports = is_open(month, counted_at=counted_at, stays=REPORTS_STAY_OPEN)
        grows = _has_grown(rows, month, newest, now=now)
        if reports or grows:
            rows = {pk: rows.get(pk) or TopicMonth(topic_id=pk, month=month) for pk in topics}
            if grows:
                _count_growth(rows, month, later, newest, now=now)
            if reports:
                _count_reports(rows, month)
            _keep(rows, now=now)
            counted.insert(0, month)
        later = rows
    return counted


def _has_grown(rows: _Rows, month: date, newest: Mapping[str, Any], *, now: datetime) -> bool:
    """Return whether growth is to be counted: somebody came or left, and it isn't too soon."""
    if not rows:
        return True
    kept = [row.beside for row in rows.values() if row.beside]
    beside = max(kept, key=lambda each: str(each["at"]), default=None)
    at = datetime.fromisoformat(beside["at"]) if beside else None
    counted_at = at or max(row.counted_at for row in rows.values())
    if not is_open(month, counted_at=counted_at, stays=GROWTH_STAYS_OPEN):
        return False
    if beside is None or at is None:
        return True
    if {name: beside[name] for name in ("record", "undone")} == newest:
        return False
    # The clock may have been set back.
    return not timedelta(0) <= now - at < timedelta(seconds=beside["took"] * REST)


def _count_growth(
    rows: _Rows, month: date, later: _Rows | None, newest: Mapping[str, Any], *, now: datetime
) -> None:
    """Count the growth of a month.

    Args:
        later: the rows of the month after it; None: it goes on. At its end there were as many as
            at the end of that one, less what came in it.
    """
    began, growth = monotonic(), count_growth([month])
    subscribed: Mapping[int, int] = (
        count_subscribed()
        if later is None
        else {pk: row.subscribed - row.joined + row.left for pk, row in later.items()}
    )
    took = round(monotonic() - began, 3)
    for topic, row in rows.items():
        row.joined, row.left = growth.joined[topic, month], growth.left[topic, month]
        row.subscribed = max(subscribed.get(topic, 0), 0)
        row.beside = {**newest, "took": took, "at": now.isoformat()}


def _count_reports(rows: _Rows, month: date) -> None:
    mail, answers = count_mail([month]), count_answers_of_months([month])
    for topic, row in rows.items():
        key = (topic, month)
        found = asdict(mail.get(key, SentNumbers())) | asdict(answers.get(key, AnswerNumbers()))
        for name, number in found.items():
            setattr(row, name, number)


def _keep(rows: _Rows, *, now: datetime) -> None:
    for row in rows.values():
        row.counted_at = now
    TopicMonth.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=_KEY,
        update_fields=_NUMBERS,
        batch_size=500,
    )
