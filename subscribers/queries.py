"""What campaigns may ask of subscribers: set-based conditions, to be put into one statement with others."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from subscribers.models import Subscriber, Subscription, Suppression, Topic
from subscribers.states import SubscriptionStatus


def followers(topic: Topic) -> QuerySet[Subscriber]:
    """Everybody who follows `topic`, confirmed.

    Suppressed addresses are among them: see `suppressed`.
    """
    return Subscriber.objects.filter(
        subscriptions__topic=topic, subscriptions__status=SubscriptionStatus.CONFIRMED
    )


def suppressed(digest: str) -> Exists:
    """A condition: an active suppression of any scope stands against the address.

    Args:
        digest: the name of the outer row's column with the digest, such as `subscriber__digest`.
    """
    return Exists(Suppression.objects.filter(digest=OuterRef(digest), lifted_at=None))


def follows(subscriber: str, topic: str) -> Exists:
    """A condition: the subscriber follows the topic, confirmed.

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
