"""Export of subscribers as CSV: for another system, for a spreadsheet, or for our own import."""

import csv
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import TextIO

from django.db.models import QuerySet

from newsletter.audit.record import record
from newsletter.core.spreadsheets import harmless_cell
from subscribers.audit_actions import ListAction
from subscribers.export_columns import COLUMNS
from subscribers.models import (
    CustomField,
    CustomFieldValue,
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
    rows = Subscription.objects.select_related("subscriber", "topic").order_by("pk")
    rows = rows.exclude(topic__is_restricted=True) if topic is None else rows.filter(topic=topic)
    if statuses:
        rows = rows.filter(status__in=list(statuses))
    total = rows.count() if progress else 0
    writer = csv.writer(file)
    fields = list(CustomField.objects.all())
    writer.writerow([*COLUMNS, *(each.key for each in fields)])
    done = 0
    try:
        for chunk in _in_chunks(rows):
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
                writer.writerow(map(harmless_cell, cells))
            done += len(chunk)
            if progress:
                progress(done, total)
    finally:
        # Also where it was broken off: these rows may have been read by then.
        record(
            ListAction.EXPORTED,
            topic,
            label=f"topic “{topic.name}”" if topic else "all topics",
            topic_id=topic.pk if topic else None,
            statuses=[str(status) for status in statuses],
            rows=done,
        )
    return done


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
