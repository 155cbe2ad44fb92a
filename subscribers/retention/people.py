"""Retention of people: those who follow nothing, pauses that are over, unconfirmed addresses."""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from newsletter.retention.batches import BATCH, in_batches
from subscribers.models import AddressChange, SoftBounces, Subscriber, Subscription


def delete_followers_of_nothing(now: datetime, *, batch: int = BATCH) -> int:
    """Delete people without any subscription, such as those of an import that was undone.

    A subscription that they left counts as one. A record that was merged goes with the other.
    """
    ties = Subscription.objects.filter(subscriber=OuterRef("pk"))
    single = Subscriber.objects.filter(~Exists(ties), merged_into=None)
    due = single.filter(created_at__lt=now - settings.KEEP_UNCONFIRMED)

    def delete(people: QuerySet[Subscriber]) -> int:
        # Asked again in the DELETE itself: somebody may have signed up since.
        _, numbers = people.filter(~Exists(ties)).delete()
        return numbers.get(Subscriber._meta.label, 0)

    return in_batches(due, delete, batch=batch)


def forget_address_changes(now: datetime, *, batch: int = BATCH) -> int:
    """Delete new addresses that nobody confirmed, after KEEP_FORM_SUBMISSIONS."""
    due = AddressChange.objects.filter(asked_at__lt=now - settings.KEEP_FORM_SUBMISSIONS)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def clear_pauses(now: datetime, *, batch: int = BATCH) -> int:
    """Clear pauses that are over. They have counted for nothing since then."""
    due = Subscriber.objects.filter(paused_until__lte=now)
    return in_batches(
        due,
        # Asked again: the person may have paused anew.
        lambda rows: rows.filter(paused_until__lte=now).update(paused_until=None, paused_at=None),
        batch=batch,
    )


def decay_soft_bounces(now: datetime, *, batch: int = BATCH) -> int:
    """Delete counts of soft bounces, KEEP_SOFT_BOUNCES after the last one."""
    due = SoftBounces.objects.filter(last_at__lt=now - settings.KEEP_SOFT_BOUNCES)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)
