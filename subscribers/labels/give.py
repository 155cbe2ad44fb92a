"""Giving labels to people, and taking them away."""

from collections.abc import Sequence

from django.core.exceptions import EmptyResultSet
from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from newsletter.audit.record import record
from subscribers.audit_actions import LabelAction, SubscriberAction
from subscribers.labels.keep import UnknownLabel, called
from subscribers.models import Label, Subscriber, SubscriberLabel
from subscribers.need_to_know.view_log import topic_of_hidden

_ATTEMPTS = 3
_ERASED_MEANWHILE = "23503"
"""PostgreSQL's foreign_key_violation: somebody was erased between look and end."""


def give_label(subscriber: Subscriber, label: Label) -> bool:
    """Give one person a label, and return whether they hadn't had it.

    Raises:
        UnknownLabel: it was deleted meanwhile.
    """
    with transaction.atomic():
        given = _give(Subscriber.objects.filter(pk=subscriber.pk), label) == 1
        if given:
            _record_of_person(SubscriberAction.LABELLED, subscriber, label)
    return given


def take_label(subscriber: Subscriber, label_id: int) -> bool:
    """Take a label from one person, and return whether they had it."""
    with transaction.atomic():
        label = Label.objects.filter(pk=label_id).first()
        if label is None:
            return False
        rows = SubscriberLabel.objects.filter(subscriber=subscriber, label=label)
        taken = bool(rows.delete()[0])
        if taken:
            _record_of_person(SubscriberAction.UNLABELLED, subscriber, label)
    return taken


def give_label_to_all(
    people: QuerySet[Subscriber], label: Label, *, filters: Sequence[str] = (), searched: bool
) -> int:
    """Give a label to many people by one statement, and return how many hadn't had it.

    Args:
        people: those whom whoever asks may know of.
        filters, searched: how they were chosen, for the audit log. What was searched for isn't
            said, as it may be a name.

    Raises:
        UnknownLabel: it was deleted meanwhile.
    """
    for attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                number = _give(people, label)
                record(
                    LabelAction.GIVEN,
                    label,
                    label=called(label),
                    people=number,
                    filters=list(filters),
                    searched=searched,
                )
        except IntegrityError as error:
            is_last = attempt == _ATTEMPTS - 1
            if is_last or getattr(error.__cause__, "sqlstate", "") != _ERASED_MEANWHILE:
                raise
        else:
            break
    return number


def take_label_from_all(
    people: QuerySet[Subscriber], label: Label, *, filters: Sequence[str] = (), searched: bool
) -> int:
    """Take a label from many people, and return how many had it.

    Args:
        people, filters, searched: as for `give_label_to_all`.
    """
    ids = people.order_by().values("pk")
    with transaction.atomic():
        number = SubscriberLabel.objects.filter(label=label, subscriber__in=ids).delete()[0]
        record(
            LabelAction.TAKEN,
            label,
            label=called(label),
            people=number,
            filters=list(filters),
            searched=searched,
        )
    return number


def _give(people: QuerySet[Subscriber], label: Label) -> int:
    """Insert the rows that aren't there yet, in the caller's transaction.

    A million rows are never read: the database takes them from one table into the other.
    """
    if Label.objects.select_for_update().filter(pk=label.pk).first() is None:
        raise UnknownLabel(label.pk)
    try:
        chosen, values = people.order_by().values(person=F("pk")).query.sql_with_params()
    except EmptyResultSet:
        return 0
    table = connection.ops.quote_name(SubscriberLabel._meta.db_table)
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (subscriber_id, label_id, added_at) "  # noqa: S608 - names and a statement of Django's
            f"SELECT chosen.person, %s, %s FROM ({chosen}) AS chosen WHERE true "
            "ON CONFLICT (subscriber_id, label_id) DO NOTHING",
            [label.pk, now, *values],
        )
        given = int(cursor.rowcount)
    # What staff give is theirs from now on: an undone import leaves it.
    rows = SubscriberLabel.objects.filter(label=label, import_batch__isnull=False)
    rows.filter(subscriber__in=people.order_by().values("pk")).update(import_batch=None)
    return given


def _record_of_person(action: SubscriberAction, subscriber: Subscriber, label: Label) -> None:
    record(
        action,
        subscriber,
        label=f"Subscriber {subscriber.pk}",
        topic_id=topic_of_hidden(subscriber.digest),
        which=label.name,
    )
