"""Export of subscribers as CSV: for another system, for a spreadsheet, or for our own import."""

import csv
from collections.abc import Callable, Collection, Iterable, Iterator
from io import StringIO
from itertools import islice
from typing import Any, TextIO

from django.db.models import QuerySet

from newsletter.audit.record import record
from newsletter.core.spreadsheets import harmless_cell
from subscribers.audit_actions import ListAction
from subscribers.export_columns import COLUMNS
from subscribers.models import (
    CustomField,
    CustomFieldValue,
    Subscriber,
    SubscriberLabel,
    Subscription,
    Suppression,
    Topic,
)
from subscribers.states import SubscriptionStatus

_CHUNK = 2_000


def export_subscribers(
    file: TextIO,
    *,
    topic: Topic | None = None,
    statuses: Collection[SubscriptionStatus] = (),
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write one row for each subscription to `file`, in flat memory, and return how many.

    Args:
        file: opened with newline="".
        topic: only this topic's. None: of all that aren't need-to-know.
        statuses: only these. Empty: all, opt-outs included, so that a move to another system can
            keep them.
        progress: told the rows done and the rows in all.
    """
    rows = _rows_of(topic, statuses)
    total = rows.count() if progress else 0
    done = 0
    try:
        for number, text in _as_csv(rows):
            # First: they may have been read when it is broken off.
            done += number
            file.write(text)
            if progress and number:
                progress(done, total)
    finally:
        _note(topic, rows=done, statuses=[str(status) for status in statuses])
    return done


def export_people(
    people: QuerySet[Subscriber],
    *,
    topic: Topic | None = None,
    statuses: Collection[SubscriptionStatus] = (),
    filters: Collection[str] = (),
    searched: bool = False,
) -> Iterator[str]:
    """Return the subscriptions of some people as the text of a CSV file, part by part.

    The audit log has it before the first part is read.

    Args:
        people: that whoever asks may see.
        topic, statuses: as `export_subscribers` takes them.
        filters: by which the people were found, for the audit log.
        searched: whether they were searched for; the words may be a name, and aren't noted.
    """
    rows = _rows_of(topic, statuses).filter(subscriber__in=people.order_by().values("pk"))
    _note(topic, rows=rows.count(), filters=list(filters), searched=searched)
    return (text for _, text in _as_csv(rows))


def _note(topic: Topic | None, **details: Any) -> None:
    record(
        ListAction.EXPORTED,
        topic,
        label=f"topic “{topic.name}”" if topic else "all topics",
        topic_id=topic.pk if topic else None,
        **details,
    )


def _rows_of(
    topic: Topic | None, statuses: Collection[SubscriptionStatus]
) -> QuerySet[Subscription]:
    rows = Subscription.objects.select_related("subscriber", "topic").order_by("pk")
    rows = rows.exclude(topic__is_restricted=True) if topic is None else rows.filter(topic=topic)
    return rows.filter(status__in=list(statuses)) if statuses else rows


def _as_csv(rows: QuerySet[Subscription]) -> Iterator[tuple[int, str]]:
    """Yield the header, and then texts of whole rows, each with their number."""
    fields = list(CustomField.objects.all())
    yield 0, _lines([[*COLUMNS, *(each.key for each in fields)]])
    for chunk in _in_chunks(rows):
        yield len(chunk), _lines(_cells_of(chunk, fields))


def _lines(rows: Iterable[Iterable[str]]) -> str:
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _cells_of(
    chunk: Collection[Subscription], fields: Collection[CustomField]
) -> Iterator[Iterable[str]]:
    reasons = _reasons(chunk)
    labels, values = _labels(chunk), _values(chunk) if fields else {}
    for row in chunk:
        person = row.subscriber_id
        cells = (
            *_cells(row, reasons.get(row.subscriber.digest, "")),
            "; ".join(labels.get(person, ())),
            *(values.get((person, each.pk), "") for each in fields),
        )
        # The import takes the apostrophes away again.
        yield map(harmless_cell, cells)


def _in_chunks(rows: QuerySet[Subscription]) -> Iterator[list[Subscription]]:
    found = rows.iterator(chunk_size=_CHUNK)
    while chunk := list(islice(found, _CHUNK)):
        yield chunk


def _reasons(chunk: Iterable[Subscription]) -> dict[str, str]:
    """Return the reasons why addresses must not be written to, whatever their subscription says."""
    digests = [row.subscriber.digest for row in chunk]
    reasons: dict[str, str] = {}
    for digest, reason in (
        Suppression.objects.filter(digest__in=digests, lifted_at=None)
        .order_by("pk")
        .values_list("digest", "reason")
    ):
        reasons[digest] = f"{reasons[digest]} {reason}" if digest in reasons else reason
    return reasons


def _labels(chunk: Iterable[Subscription]) -> dict[int, list[str]]:
    """Return the names of the labels of each person."""
    names: dict[int, list[str]] = {}
    rows = SubscriberLabel.objects.filter(subscriber__pk__any_of=_people(chunk))
    for person, name in rows.order_by("label__key").values_list("subscriber", "label__name"):
        names.setdefault(person, []).append(name)
    return names


def _values(chunk: Iterable[Subscription]) -> dict[tuple[int, int], str]:
    """Return each person's values, by the ids of the person and of the field."""
    rows = CustomFieldValue.objects.filter(subscriber__pk__any_of=_people(chunk))
    return {
        (person, field): value
        for person, field, value in rows.values_list("subscriber", "field", "value")
    }


def _people(chunk: Iterable[Subscription]) -> list[int]:
    return [row.subscriber_id for row in chunk]


def _cells(row: Subscription, suppressed: str) -> tuple[str, ...]:
    subscriber = row.subscriber
    return (
        subscriber.email,
        subscriber.full_name,
        subscriber.given_name,
        subscriber.institution,
        subscriber.country.code or "",
        subscriber.language,
        subscriber.time_zone,
        row.topic.slug,
        row.status,
        row.changed_at.isoformat(timespec="seconds"),
        suppressed,
        subscriber.paused_until.isoformat(timespec="seconds") if subscriber.paused_until else "",
        subscriber.greeting,
        subscriber.salutation,
        subscriber.discreet_since.isoformat(timespec="seconds")
        if subscriber.discreet_since
        else "",
    )
