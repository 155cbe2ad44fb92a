"""The questions that campaigns may ask of subscribers, as conditions for their own statements."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from subscribers.models import Subscriber, Subscription, Suppression, Topic
from subscribers.states import SubscriptionStatus


def followers(topic: Topic) -> QuerySet[Subscriber]:
    """Return everybody who follows `topic`, confirmed.

    Suppressed addresses are among them: see `suppressed`.
    """
    return Subscriber.objects.filter(
        subscriptions__topic=topic, subscriptions__status=SubscriptionStatus.CONFIRMED
    )


def suppressed(digest: str) -> Exists:
    """Return a condition: an active suppression of any scope stands against the address.

    Args:
        digest: the name of the outer row's column with the digest, such as `subscriber__digest`.
    """
    return Exists(Suppression.objects.filter(digest=OuterRef(digest), lifted_at=None))


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
