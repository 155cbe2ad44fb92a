"""Undoing an import, as far as nobody has acted on it since."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from newsletter.audit.record import record
from newsletter.core.db.transition import transition
from subscribers.audit_actions import ListAction
from subscribers.evidence.remove import IMPORT_UNDONE, remove_records
from subscribers.evidence.write import write_records
from subscribers.imports.storing.fills import take_back_fills
from subscribers.models import (
    ConsentRecord,
    ImportBatch,
    ImportQuestion,
    Subscriber,
    Subscription,
)
from subscribers.opt_outs import journal
from subscribers.opt_outs.entry import Entry, EntryKind
from subscribers.signals import asked_whom_mail_reached
from subscribers.states import (
    SUBSCRIPTION_TRANSITIONS,
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
)

_WINDOW = 5_000
_ATTEMPTS = 3
_PASSING = ("23503", "40P01")
"""PostgreSQL's errors where a campaign froze its audience meanwhile: foreign_key_violation,
deadlock_detected.
"""
_OWN_CONSENT = (ConsentAction.REQUESTED, ConsentAction.CONFIRMED, ConsentAction.ACCEPTED)
_NOT_LEFT = (SubscriptionStatus.CONFIRMED, SubscriptionStatus.PENDING)


class UnknownBatch(LookupError):
    """There is no such import. The message is fit to be shown."""


class OthersAtWork(RuntimeError):
    """Others went on changing the same rows, such as campaigns that start. Nothing was done.

    The message is fit to be shown.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoReport:
    """The fate of the subscriptions that a batch had added."""

    batch_id: int
    file_name: str
    topic: str
    already_undone: bool
    removed: int = 0
    """Subscriptions deleted, with the evidence that the import had written."""
    subscribers_removed: int = 0
    """People deleted because nothing else ties them to us."""
    unsubscribed: int = 0
    """Mail had gone to them since: unsubscribed instead of deleted, so that the links in it go on
    working."""
    kept_opted_out: int = 0
    """Had left or been declined since: kept, so that the opt-out outlives the import."""
    kept_own_consent: int = 0
    """Have asked or confirmed by themselves since: kept."""
    opt_outs: int = 0
    """People whose opt-out the file brought: kept, because an opt-out outlives everything."""
    details_emptied: int = 0
    """People known before whose details are empty again, as the import found them."""
    details_kept: int = 0
    """People known before whose details stay: they, or staff, have changed or saved them since."""


def undo_import(batch_id: int) -> UndoReport:
    """Take back what an import changed. A second time nothing is done.

    What people did since stays, and so do opt-outs. It works on some thousands at a time, so a
    batch of a million takes little memory. A campaign may start meanwhile, and refer to somebody
    who is being forgotten: then all of it is done again, with the campaign known.

    Raises:
        UnknownBatch: no import has this number.
        OthersAtWork: it met such changes at every attempt; nothing was done.
    """
    for _ in range(_ATTEMPTS):
        try:
            return _take_back(batch_id)
        except (IntegrityError, OperationalError) as error:
            if getattr(error.__cause__, "sqlstate", "") not in _PASSING:
                raise
    raise OthersAtWork(
        f"Import {batch_id} can't be undone right now, because the same rows are being changed. "
        f"Try again in a minute."
    )


@transaction.atomic
def _take_back(batch_id: int) -> UndoReport:
    batch = (
        ImportBatch.objects.select_for_update(of=("self",))
        .select_related("topic")
        .filter(pk=batch_id)
        .first()
    )
    if batch is None:
        raise UnknownBatch(f"There is no import {batch_id}. {_known()}")
    if batch.undone_at is not None:
        return UndoReport(
            batch_id=batch.pk,
            file_name=batch.file_name,
            topic=batch.topic.slug,
            already_undone=True,
        )
    now = timezone.now()
    rows = Subscription.objects.filter(import_batch=batch)
    reached = _reached_by_mail(batch)
    # First, because removing people takes away what was noted of them.
    details = take_back_fills(batch, now=now)
    ImportQuestion.objects.filter(batch=batch, asked_at=None).delete()
    unsubscribed = removed = subscribers_removed = 0
    for window in _windows(rows):
        untouched = _untouched(window, batch)
        unsubscribed += _unsubscribe(
            [row for row in untouched if row.subscriber_id in reached], batch=batch, now=now
        )
        strangers = [row for row in untouched if row.subscriber_id not in reached]
        removed += _remove(strangers, batch)
        subscribers_removed += _forget([row.subscriber_id for row in strangers])
    kept = rows.exclude(changed_at=now) if unsubscribed else rows
    opted_out = kept.exclude(status__in=_NOT_LEFT).count()
    own = kept.filter(status__in=_NOT_LEFT).count()
    batch.undone_at = now
    report = UndoReport(
        batch_id=batch.pk,
        file_name=batch.file_name,
        topic=batch.topic.slug,
        already_undone=False,
        removed=removed,
        subscribers_removed=subscribers_removed,
        unsubscribed=unsubscribed,
        kept_opted_out=opted_out,
        kept_own_consent=own,
        opt_outs=batch.opt_outs,
        details_emptied=details.emptied,
        details_kept=details.kept,
    )
    batch.undo_result = asdict(report)
    batch.save(update_fields=["undone_at", "undo_result"])
    record(ListAction.IMPORT_UNDONE, batch, label=f"import {batch.pk}", topic_id=batch.topic_id)
    return report


def _windows(rows: QuerySet[Subscription]) -> Iterator[QuerySet[Subscription]]:
    """Yield the rows by ranges of their ids, of which one import has nearly all in a row."""
    ends = rows.aggregate(low=Min("pk"), high=Max("pk"))
    for low in range(ends["low"] or 1, (ends["high"] or 0) + 1, _WINDOW):
        yield rows.filter(pk__range=(low, low + _WINDOW - 1))


def _untouched(window: QuerySet[Subscription], batch: ImportBatch) -> list[Subscription]:
    """Return the rows that nobody has acted on since, locked.

    So nobody acts on them between the look and the deletion.
    """
    own = ConsentRecord.objects.filter(
        digest=OuterRef("subscriber__digest"),
        topic_id=batch.topic_id,
        action__in=_OWN_CONSENT,
        recorded_at__gt=batch.created_at,
    ).exclude(method=ConsentMethod.IMPORT)
    untouched = Q(status=SubscriptionStatus.CONFIRMED, changed_at__lte=batch.created_at) | Q(
        status=SubscriptionStatus.PENDING
    )
    rows = window.filter(untouched).exclude(Exists(own))
    return list(rows.select_related("subscriber").select_for_update(of=("self",)).order_by("pk"))


def _reached_by_mail(batch: ImportBatch) -> set[int]:
    # Any: the type stubs promise an answer of text.
    answers: Any = asked_whom_mail_reached.send(
        sender=None, topic_id=batch.topic_id, since=batch.created_at
    )
    return {subscriber_id for _, ids in answers for subscriber_id in ids}


def _unsubscribe(rows: list[Subscription], *, batch: ImportBatch, now: datetime) -> int:
    records = [
        ConsentRecord(
            digest=row.subscriber.digest,
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
    leaving = Subscription.objects.filter(pk__in=[row.pk for row in rows])
    return transition(
        leaving,
        SUBSCRIPTION_TRANSITIONS,
        SubscriptionStatus.UNSUBSCRIBED,
        changed_at=now,
        member_until=None,
    )


def _remove(rows: list[Subscription], batch: ImportBatch) -> int:
    evidence = ConsentRecord.objects.filter(
        topic_id=batch.topic_id, method=ConsentMethod.IMPORT, details__batch=batch.pk
    )
    theirs = evidence.exclude(action=ConsentAction.UNSUBSCRIBED).filter(
        digest__in=[row.subscriber.digest for row in rows]
    )
    remove_records(theirs, why=IMPORT_UNDONE)
    return Subscription.objects.filter(pk__in=[row.pk for row in rows]).delete()[0]


def _forget(ids: list[int]) -> int:
    """Delete those of the subscribers to whom no row of any table refers, in any app."""
    strangers = Subscriber.objects.filter(pk__in=ids)
    for relation in Subscriber._meta.related_objects:
        strangers = strangers.exclude(
            Exists(
                relation.related_model._default_manager.filter(
                    **{relation.field.name: OuterRef("pk")}
                )
            )
        )
    forgotten = list(strangers.values_list("pk", flat=True))
    Subscriber.objects.filter(pk__in=forgotten).delete()
    return len(forgotten)


def _known() -> str:
    latest = list(ImportBatch.objects.order_by("-pk").values_list("pk", "file_name")[:5])
    if not latest:
        return "Nothing has been imported yet."
    return "The latest: " + ", ".join(f"{number} ({name})" for number, name in latest) + "."
