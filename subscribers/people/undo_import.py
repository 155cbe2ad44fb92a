"""Taking an import back, as far as nobody has acted on it since."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from newsletter.lifecycle import move
from subscribers.models import ConsentRecord, ImportBatch, Subscriber, Subscription
from subscribers.signals import asked_whom_mail_reached
from subscribers.states import SUBSCRIPTION_MOVES, ConsentAction, ConsentMethod, SubscriptionStatus

_CHUNK = 2_000
_OWN_CONSENT = (ConsentAction.REQUESTED, ConsentAction.CONFIRMED, ConsentAction.ACCEPTED)


class UnknownBatch(LookupError):
    """There is no such import. The message is fit to be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoReport:
    """What became of the subscriptions that a batch had added."""

    batch_id: int
    file_name: str
    topic: str
    already_undone: bool
    removed: int = 0
    """Subscriptions deleted, with the evidence that the import had written."""
    subscribers_removed: int = 0
    """People deleted because nothing else ties them to us."""
    unsubscribed: int = 0
    """Mail had gone to them since: unsubscribed instead of deleted, so that the links in it go on working."""
    kept_opted_out: int = 0
    """Had left or been declined since: kept, so that the opt-out outlives the import."""
    kept_own_consent: int = 0
    """Have asked or confirmed by themselves since: kept."""


@transaction.atomic
def undo_import(batch_id: int) -> UndoReport:
    """Take back what an import added. A second time nothing is done.

    Details that it filled in for people whom we knew before stay: they are no consent. Statements are made in sets, so a
    batch of a million takes flat memory.

    Raises:
        UnknownBatch: no import has this number.
    """
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("topic").filter(pk=batch_id).first()
    if batch is None:
        raise UnknownBatch(f"There is no import {batch_id}. {_known()}")
    if batch.undone_at is not None:
        return UndoReport(batch_id=batch.pk, file_name=batch.file_name, topic=batch.topic.slug, already_undone=True)
    now = timezone.now()
    rows = Subscription.objects.filter(import_batch=batch)
    untouched = rows.filter(status=SubscriptionStatus.CONFIRMED, changed_at__lte=batch.created_at).exclude(_own_consent_since(batch))
    unsubscribed = removed = subscribers_removed = 0
    reached = _reached_by_mail(batch)
    for chunk in _in_chunks(untouched.filter(subscriber__in=reached)):
        _record_leaving(chunk, batch)
        unsubscribed += move(chunk, SUBSCRIPTION_MOVES, SubscriptionStatus.UNSUBSCRIBED, changed_at=now)
    for chunk in _in_chunks(untouched):
        people = list(chunk.values_list("subscriber_id", "subscriber__digest"))
        ConsentRecord.objects.filter(
            digest__in=[digest for _, digest in people], topic_id=batch.topic_id, action=ConsentAction.IMPORTED, details__batch=batch.pk
        ).delete()
        removed += chunk.delete()[0]
        subscribers_removed += _forget_strangers([subscriber_id for subscriber_id, _ in people])
    kept = rows.exclude(changed_at=now) if unsubscribed else rows
    opted_out = kept.exclude(status=SubscriptionStatus.CONFIRMED).count()
    own = kept.filter(status=SubscriptionStatus.CONFIRMED).count()
    batch.undone_at = now
    batch.save(update_fields=["undone_at"])
    return UndoReport(
        batch_id=batch.pk,
        file_name=batch.file_name,
        topic=batch.topic.slug,
        already_undone=False,
        removed=removed,
        subscribers_removed=subscribers_removed,
        unsubscribed=unsubscribed,
        kept_opted_out=opted_out,
        kept_own_consent=own,
    )


def _own_consent_since(batch: ImportBatch) -> Exists:
    since = ConsentRecord.objects.filter(topic_id=batch.topic_id, action__in=_OWN_CONSENT, recorded_at__gt=batch.created_at)
    return Exists(since.filter(digest=OuterRef("subscriber__digest")))


def _reached_by_mail(batch: ImportBatch) -> QuerySet[Subscriber]:
    reached = Q(pk__in=[])
    for _, ids in asked_whom_mail_reached.send(sender=None, topic_id=batch.topic_id, since=batch.created_at):
        reached |= Q(pk__in=ids)
    return Subscriber.objects.filter(reached)


def _in_chunks(rows: QuerySet[Subscription]) -> Iterator[QuerySet[Subscription]]:
    """The rows in pieces, by ascending id, locked, so that nobody leaves between the look and the deed."""
    last, rows = 0, rows.select_for_update(of=("self",)).order_by("pk")
    while ids := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:_CHUNK]):
        last = ids[-1]
        yield Subscription.objects.filter(pk__in=ids)


def _record_leaving(chunk: QuerySet[Subscription], batch: ImportBatch) -> None:
    ConsentRecord.objects.bulk_create(
        ConsentRecord(
            digest=digest,
            topic_id=batch.topic_id,
            action=ConsentAction.UNSUBSCRIBED,
            method=ConsentMethod.IMPORT,
            details={"batch": batch.pk, "undone": True},
            given_at=timezone.now(),
        )
        for digest in chunk.values_list("subscriber__digest", flat=True)
    )


def _forget_strangers(ids: list[int]) -> int:
    """Delete those of the subscribers to whom no row of any table refers, in whichever app it may be."""
    strangers = Subscriber.objects.filter(pk__in=ids)
    for relation in Subscriber._meta.related_objects:  # public in all but name: Django documents the _meta API
        strangers = strangers.exclude(Exists(relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})))
    forgotten = list(strangers.values_list("pk", flat=True))
    Subscriber.objects.filter(pk__in=forgotten).delete()
    return len(forgotten)


def _known() -> str:
    latest = list(ImportBatch.objects.order_by("-pk").values_list("pk", "file_name")[:5])
    if not latest:
        return "Nothing has been imported yet."
    return "The latest: " + ", ".join(f"{number} ({name})" for number, name in latest) + "."
