"""Forgetting sign-ups that were never confirmed; `retention/unconfirmed.py` says after how long."""

from collections.abc import Collection
from datetime import datetime

from newsletter.core.db.transition import transition
from subscribers.consent.own_applications import forget_pending_applications
from subscribers.evidence.remove import NEVER_CONFIRMED, remove_records
from subscribers.models import ConsentRecord, Subscriber, Subscription
from subscribers.states import (
    LAST_WORDS,
    OPTED_OUT,
    SUBSCRIPTION_TRANSITIONS,
    ConsentAction,
    SubscriptionStatus,
)


def forget_pending(
    subscriber: Subscriber,
    *,
    before: datetime | None = None,
    topics: Collection[int] | None = None,
) -> int:
    """Delete what a person asked for and never confirmed, with the evidence of the request.

    A topic that they had left before goes back to that, so that the opt-out is kept.

    Args:
        before: only what has not changed since then. None: all.
        topics: only these. None: all.

    Returns:
        How many subscriptions were pending.
    """
    rows = Subscription.objects.filter(subscriber=subscriber, status=SubscriptionStatus.PENDING)
    if before is not None:
        rows = rows.filter(changed_at__lt=before)
    if topics is not None:
        rows = rows.filter(topic__in=topics)
    pending = list(rows)
    for subscription in pending:
        _forget_one(subscription, digest=subscriber.digest)
    return len(pending)


def _forget_one(subscription: Subscription, *, digest: str) -> None:
    history = ConsentRecord.objects.filter(digest=digest, topic_id=subscription.topic_id)
    last = history.filter(action__in=LAST_WORDS).order_by("-id").first()
    asked = history.filter(action=ConsentAction.REQUESTED, pk__gt=last.pk if last else 0)
    remove_records(asked, why=NEVER_CONFIRMED)
    if last is None or last.action not in OPTED_OUT:
        subscription.delete()
        return
    forget_pending_applications([subscription.pk])
    # No record, because nobody has done anything: the request is deleted as if it had never been
    # made.
    transition(
        Subscription.objects.filter(pk=subscription.pk),
        SUBSCRIPTION_TRANSITIONS,
        SubscriptionStatus.UNSUBSCRIBED,
    )
