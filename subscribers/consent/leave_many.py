"""Unsubscribing many people at once whose mail provider reported it."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from newsletter.core.db.transition import transition
from subscribers.consent.own_applications import withdraw_applications
from subscribers.evidence.write import write_records
from subscribers.models import ConsentRecord, Subscriber, Subscription, Topic
from subscribers.opt_outs import journal
from subscribers.opt_outs.entry import Entry, EntryKind
from subscribers.states import (
    SUBSCRIPTION_TRANSITIONS,
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
)


@transaction.atomic
def leave_many(subscriber_ids: Iterable[int], *, topic_id: int, method: ConsentMethod) -> set[int]:
    """Unsubscribe these people from a topic, with a record of each, in a few statements.

    A subscription that is being changed at this moment isn't waited for. `unsubscribed` is not
    sent: the caller, who knows the campaign, counts it there.

    Args:
        method: COMPLAINT or PROVIDER.

    Returns:
        The subscribers whose subscription somebody else holds. They haven't left, so the caller
            tries again.
    """
    leavable = SUBSCRIPTION_TRANSITIONS[SubscriptionStatus.UNSUBSCRIBED]
    asked = set(subscriber_ids)
    merged = _merged_among(asked)
    rows = Subscription.objects.filter(
        topic_id=topic_id,
        subscriber_id__in=asked | set(merged.values()),
        status__in=sorted(leavable),
    )
    found = dict(
        rows.select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")
        .values_list("pk", "subscriber__digest")
    )
    held = set(rows.exclude(pk__in=found).values_list("subscriber_id", flat=True))
    passed_over = {pk for pk in asked if pk in held or merged.get(pk) in held}
    if not found:
        return passed_over
    now = timezone.now()
    records = [
        ConsentRecord(
            digest=digest,
            topic_id=topic_id,
            action=ConsentAction.UNSUBSCRIBED,
            method=method,
            given_at=now,
        )
        for digest in found.values()
    ]
    transition(
        Subscription.objects.filter(pk__in=found),
        SUBSCRIPTION_TRANSITIONS,
        SubscriptionStatus.UNSUBSCRIBED,
        changed_at=now,
    )
    write_records(records)
    topic = Topic.objects.get(pk=topic_id)
    if topic.is_moderated:
        withdraw_applications(list(found))
    journal.note(
        [Entry(EntryKind.TOPIC, now, digest, topic.slug, method) for digest in found.values()],
        now=now,
    )
    return passed_over


def _merged_among(subscriber_ids: set[int]) -> dict[int, int]:
    """Return those whose record was merged, each with the one that stands for it."""
    merged = Subscriber.objects.filter(pk__in=subscriber_ids, merged_into__isnull=False)
    return {pk: kept for pk, kept in merged.values_list("pk", "merged_into") if kept is not None}
