"""When data of subscribers dies. Each verb works in small transactions, so that no lock is held for long."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from subscribers.consent.forget_pending import forget_pending
from subscribers.consent.submissions import forget_stale
from subscribers.models import ConsentRecord, ImportBatch, Subscriber, Subscription
from subscribers.states import SubscriptionStatus

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What one round has deleted or trimmed."""

    unconfirmed: int
    subscribers: int
    consent_records: int
    imports: int
    submissions: int


def forget_expired(*, now: datetime | None = None) -> Forgotten:
    """Let everything die whose time has come.

    Args:
        now: the time that counts; a test or a person may give another.
    """
    now = now or timezone.now()
    return Forgotten(
        unconfirmed=_in_batches(_expire_unconfirmed, now),
        subscribers=_in_batches(_delete_followers_of_nothing, now),
        consent_records=_in_batches(_trim_consent_records, now),
        imports=_in_batches(_trim_imports, now),
        submissions=forget_stale(now=now),
    )


def _in_batches(verb: Callable[[datetime], int], now: datetime) -> int:
    total = 0
    while number := verb(now):
        total += number
    return total


@transaction.atomic
def _expire_unconfirmed(now: datetime) -> int:
    """Sign-ups that nobody confirmed within KEEP_UNCONFIRMED: the question, its evidence, and whom it was put to."""
    before = now - settings.KEEP_UNCONFIRMED
    overdue = Subscription.objects.filter(subscriber=OuterRef("pk"), status=SubscriptionStatus.PENDING, changed_at__lt=before)
    people = Subscriber.objects.select_for_update().filter(Exists(overdue)).order_by("pk")[:BATCH]
    return sum(_expire_one(subscriber, before=before) for subscriber in people)


def _expire_one(subscriber: Subscriber, *, before: datetime) -> int:
    number = forget_pending(subscriber, before=before)
    if not subscriber.subscriptions.exists():
        subscriber.delete()
    return number


@transaction.atomic
def _delete_followers_of_nothing(now: datetime) -> int:
    """People with no subscription at all, not even one they left: such as those of an import that was undone."""
    before = now - settings.KEEP_UNCONFIRMED
    ties = Subscription.objects.filter(subscriber=OuterRef("pk"))
    rows = Subscriber.objects.filter(~Exists(ties), created_at__lt=before).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    # Asked again in the DELETE itself: somebody may have signed up since.
    Subscriber.objects.filter(~Exists(ties), pk__in=ids).delete()
    return len(ids)


@transaction.atomic
def _trim_consent_records(now: datetime) -> int:
    """The network that consent came from, and other circumstances, after KEEP_CONSENT_NETWORK. The consent itself stays."""
    old = ConsentRecord.objects.filter(recorded_at__lt=now - settings.KEEP_CONSENT_NETWORK).exclude(network="", details={})
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return ConsentRecord.objects.filter(pk__in=ids).update(network="", details={})


@transaction.atomic
def _trim_imports(now: datetime) -> int:
    """Which rows of a file were refused, after KEEP_IMPORT_DETAILS. The numbers stay."""
    old = ImportBatch.objects.filter(created_at__lt=now - settings.KEEP_IMPORT_DETAILS).exclude(refused=[])
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return ImportBatch.objects.filter(pk__in=ids).update(refused=[])
