"""Taking back one window of an import's subscriptions: a dozen statements, all about sets."""

import json
from collections import Counter
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from newsletter.core.db.transition import transition
from subscribers.evidence.remove import IMPORT_UNDONE, remove_records
from subscribers.evidence.write import write_records
from subscribers.models import Application, ConsentRecord, ImportBatch, Subscriber, Subscription
from subscribers.opt_outs import journal
from subscribers.opt_outs.entry import Entry, EntryKind
from subscribers.signals import asked_whom_mail_reached
from subscribers.states import (
    SUBSCRIPTION_TRANSITIONS,
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
)

_NOT_LEFT = (SubscriptionStatus.CONFIRMED, SubscriptionStatus.PENDING)


class _Row(NamedTuple):
    pk: int
    subscriber_id: int
    digest: str
    status: str
    changed_at: datetime


def take_back_window(batch: ImportBatch, *, low: int, high: int, now: datetime) -> Counter[str]:
    """Take back what `batch` added with the ids `low` to `high`, in the caller's transaction.

    Returns:
        How many rows had which fate, by the fields of an UndoReport.
    """
    rows = _locked(batch, low=low, high=high)
    if not rows:
        return Counter()
    own = _own_words(batch, rows)
    untouched = [row for row in rows if row.digest not in own and _is_as_imported(row, batch)]
    kept = set(rows).difference(untouched)
    reached = _reached_by_mail(batch, [row.subscriber_id for row in untouched])
    strangers = [row for row in untouched if row.subscriber_id not in reached]
    return Counter(
        unsubscribed=_unsubscribe(
            [row for row in untouched if row.subscriber_id in reached], batch=batch, now=now
        ),
        removed=_remove(strangers, batch),
        subscribers_removed=_forget([row.subscriber_id for row in strangers]),
        kept_opted_out=sum(1 for row in kept if row.status not in _NOT_LEFT),
        kept_own_consent=sum(1 for row in kept if row.status in _NOT_LEFT),
    )


def _locked(batch: ImportBatch, *, low: int, high: int) -> list[_Row]:
    """Return the rows of a window, locked: nobody acts on them between look and deletion."""
    rows = Subscription.objects.filter(import_batch=batch, pk__range=(low, high))
    return [
        _Row(*row)
        for row in rows.select_for_update(of=("self",))
        .order_by("pk")
        .values_list("pk", "subscriber_id", "subscriber__digest", "status", "changed_at")
    ]


def _is_as_imported(row: _Row, batch: ImportBatch) -> bool:
    return row.status == SubscriptionStatus.PENDING or (
        row.status == SubscriptionStatus.CONFIRMED and row.changed_at <= batch.created_at
    )


def _own_words(batch: ImportBatch, rows: list[_Row]) -> set[str]:
    """Return those who have said anything by themselves since: of the topic, or how they get email.

    A pause has no record, and discreet mode one on each topic that was followed at that time alone.
    """
    recorded = ConsentRecord.objects.filter(
        digest__any_of=[row.digest for row in rows],
        topic_id=batch.topic_id,
        recorded_at__gt=batch.created_at,
    )
    said = recorded.exclude(method=ConsentMethod.IMPORT).values_list("digest", flat=True)
    chosen = Subscriber.objects.filter(
        Q(discreet_since__gt=batch.created_at) | Q(paused_at__gt=batch.created_at),
        pk__any_of=[row.subscriber_id for row in rows],
    )
    return {*said, *chosen.values_list("digest", flat=True)}


def _reached_by_mail(batch: ImportBatch, subscriber_ids: list[int]) -> set[int]:
    # Any: the type stubs promise an answer of text.
    answers: Any = asked_whom_mail_reached.send(
        sender=None,
        topic_id=batch.topic_id,
        since=batch.created_at,
        subscriber_ids=subscriber_ids,
    )
    return {subscriber_id for _, ids in answers for subscriber_id in ids}


def _unsubscribe(rows: list[_Row], *, batch: ImportBatch, now: datetime) -> int:
    if not rows:
        return 0
    records = [
        ConsentRecord(
            digest=row.digest,
            topic_id=batch.topic_id,
            action=ConsentAction.UNSUBSCRIBED,
            method=ConsentMethod.IMPORT,
            details={"batch": batch.pk, "undone": True},
            given_at=now,
        )
        for row in rows
    ]
    write_records(records)
    entries = [
        Entry(EntryKind.TOPIC, now, record.digest, batch.topic.slug, ConsentMethod.IMPORT)
        for record in records
    ]
    journal.note(entries, now=now, once_committed=True)
    return transition(
        Subscription.objects.filter(pk__any_of=[row.pk for row in rows]),
        SUBSCRIPTION_TRANSITIONS,
        SubscriptionStatus.UNSUBSCRIBED,
        changed_at=now,
        member_until=None,
    )


def _remove(rows: list[_Row], batch: ImportBatch) -> int:
    if not rows:
        return 0
    evidence = ConsentRecord.objects.filter(
        topic_id=batch.topic_id,
        method=ConsentMethod.IMPORT,
        details__batch=batch.pk,
        digest__any_of=[row.digest for row in rows],
    )
    remove_records(evidence.exclude(action=ConsentAction.UNSUBSCRIBED), why=IMPORT_UNDONE)
    numbers = [row.pk for row in rows]
    leading = Application.objects.filter(subscription__pk__any_of=numbers)
    applied = set(leading.values_list("subscription_id", flat=True))
    if applied:
        # With what hangs on them, one by one. An import leaves none.
        Subscription.objects.filter(pk__any_of=list(applied)).delete()
    _delete(Subscription, [number for number in numbers if number not in applied])
    return len(numbers)


def _forget(ids: list[int]) -> int:
    """Delete those of the subscribers to whom no row of any table refers, in any app.

    Discreet mode is kept: whoever is at risk may be on the next list.
    """
    if not ids:
        return 0
    # Locked, so that discreet mode that is switched on at this moment is seen here.
    strangers = Subscriber.objects.select_for_update(of=("self",)).filter(
        pk__any_of=ids, discreet_since=None
    )
    for relation in Subscriber._meta.related_objects:
        strangers = strangers.exclude(
            Exists(
                relation.related_model._default_manager.filter(
                    **{relation.field.name: OuterRef("pk")}
                )
            )
        )
    forgotten = list(strangers.values_list("pk", flat=True))
    _delete(Subscriber, forgotten)
    return len(forgotten)


def _delete(model: type[Subscriber | Subscription], numbers: list[int]) -> None:
    """Delete rows to which none refers, by one statement.

    Django would read them all, ask each table again for rows that refer to them, and delete a
    hundred at a time. If one refers to them after all, the database refuses it.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    found, given = (
        ("= ANY(%s)", numbers)
        if connection.vendor == "postgresql"
        else ("IN (SELECT value FROM json_each(%s))", json.dumps(numbers))
    )
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id {found}", [given])  # noqa: S608 - a table's name
