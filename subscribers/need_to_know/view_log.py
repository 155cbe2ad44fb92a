"""Recording who has looked at what belongs to a need-to-know topic."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from newsletter.audit.record import record
from newsletter.models import AuditEntry
from subscribers.audit_actions import NeedToKnowAction
from subscribers.models import ConsentRecord, Subscription, Topic
from subscribers.need_to_know.hidden import Account

ONCE_IN = timedelta(minutes=10)
"""Whoever pages through a report, or reloads it, has looked at it once."""


def record_view(account: Account, row: Model, *, topic_id: int) -> None:
    """Record that an account looks at a row that belongs to a need-to-know topic."""
    seen = _lately(account).filter(object_type=row._meta.label_lower, object_id=str(row.pk))
    if not seen.exists():
        words = f"{row._meta.verbose_name} {row.pk}"
        record(NeedToKnowAction.VIEWED, row, label=words, topic_id=topic_id)


def record_list_view(account: Account, model: type[Model], *, topic_id: int) -> None:
    """Record that an account looks at a list with rows that belong to a need-to-know topic."""
    words = f"list of {model._meta.verbose_name_plural}"
    if not _lately(account).filter(object_label=words, topic_id=topic_id).exists():
        record(NeedToKnowAction.VIEWED, label=words, topic_id=topic_id)


def _lately(account: Account) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(
        action=NeedToKnowAction.VIEWED, actor_id=account.pk, at__gt=timezone.now() - ONCE_IN
    )


def restricted(topic: Topic | None) -> int | None:
    """Return the id of a topic if it is need-to-know."""
    return topic.pk if topic is not None and topic.is_restricted else None


def restricted_topic_of(digest: str) -> int | None:
    """Return the need-to-know topic that a person is tied to, if there is one.

    Args:
        digest: the keyed digest of the person's address.
    """
    ties = Subscription.objects.filter(subscriber__digest=digest, topic__is_restricted=True)
    return ties.order_by("topic_id").values_list("topic_id", flat=True).first()


def restricted_topics_of(digests: Iterable[str]) -> set[int]:
    """Return all need-to-know topics that any of these people is tied to, by one statement.

    Args:
        digests: keyed digests of addresses.
    """
    ties = Subscription.objects.filter(
        subscriber__digest__in={*digests} - {""}, topic__is_restricted=True
    )
    return set(ties.values_list("topic_id", flat=True).distinct())


def topic_of_hidden(digest: str) -> int | None:
    """Return a need-to-know topic of somebody who is tied to such topics alone.

    What is recorded of them names it, because an erasure leaves no row that could be hidden.

    Args:
        digest: the keyed digest of the person's address.
    """
    subscriptions = Subscription.objects.filter(subscriber__digest=digest)
    records = ConsentRecord.objects.filter(digest=digest)  # which outlive an erasure
    tied = Topic.objects.filter(
        Q(pk__in=subscriptions.values("topic")) | Q(pk__in=records.values("topic"))
    )
    topics = dict(tied.values_list("pk", "is_restricted"))
    return min(topics) if topics and all(topics.values()) else None
