"""The questions that campaigns may ask of subscribers, as conditions for their own statements."""

from datetime import UTC

from django.db.models import Exists, OuterRef, Q, QuerySet

from newsletter.core.db.clock import database_now
from subscribers.models import Subscriber, Subscription, Suppression, Topic
from subscribers.states import SubscriptionStatus, SuppressionScope


def followers(topic: Topic) -> QuerySet[Subscriber]:
    """Return everybody who follows `topic`, confirmed, and whose membership hasn't ended.

    Suppressed addresses are among them: see `suppressed`.
    """
    confirmed = Q(subscriptions__topic=topic, subscriptions__status=SubscriptionStatus.CONFIRMED)
    if topic.is_restricted:
        # Of no other topic: the index on its followers doesn't hold the date.
        confirmed &= lasts("subscriptions__member_until")
    return Subscriber.objects.filter(confirmed)


def lasts(member_until: str = "member_until") -> Q:
    """Build a condition: the last day of a membership, where it has one, hasn't passed.

    The clock, which ends memberships, may be late.

    Args:
        member_until: the name of the column with that day, in UTC.
    """
    today = database_now().astimezone(UTC).date()
    return Q(**{member_until: None}) | Q(**{f"{member_until}__gte": today})


def paused(through: str = "") -> Q:
    """Build a condition: the person has paused campaigns, and the pause isn't over.

    The clock, which clears pauses that are over, may be late.

    Args:
        through: the lookup that leads to the subscriber, such as `subscriber__`.
    """
    return Q(**{f"{through}paused_until__gt": database_now()})


def suppressed(digest: str) -> Exists:
    """Return a condition: an active suppression of any scope stands against the address.

    Args:
        digest: the name of the outer row's column with the digest, such as `subscriber__digest`.
    """
    return Exists(Suppression.objects.filter(digest=OuterRef(digest), lifted_at=None))


def closed(digest: str) -> Exists:
    """Return a condition: nothing may go to the address, not even a single message.

    Args:
        digest: as in `suppressed`.
    """
    return Exists(
        Suppression.objects.filter(
            digest=OuterRef(digest), lifted_at=None, scope=SuppressionScope.ALL
        )
    )


def follows(subscriber: str, topic: str) -> Exists:
    """Return a condition: the subscriber follows the topic, confirmed.

    Args:
        subscriber, topic: names of the outer row's columns with their ids.
    """
    return Exists(
        Subscription.objects.filter(
            Q(
                subscriber_id=OuterRef(subscriber),
                topic_id=OuterRef(topic),
                status=SubscriptionStatus.CONFIRMED,
            )
        )
    )


def follows_topic(subscriber: str, topic_id: int) -> Exists:
    """Return a condition: the subscriber follows one topic, confirmed.

    Args:
        subscriber: the name of the outer row's column with the subscriber's id.
    """
    rows = Subscription.objects.filter(topic_id=topic_id, status=SubscriptionStatus.CONFIRMED)
    return Exists(rows.filter(subscriber_id=OuterRef(subscriber)))


def discreet(digest: str) -> Exists:
    """Return a condition: the address is that of somebody in discreet mode.

    Args:
        digest: the name of the outer row's column with the digest.
    """
    return Exists(Subscriber.objects.filter(digest=OuterRef(digest), discreet_since__isnull=False))
