"""The preference centre: a person with access to the mailbox chooses topics."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from subscribers.consent.records import Circumstances, record_consent, transition_subscription
from subscribers.consent.unsubscribe import announce, leave
from subscribers.models import Subscriber, Subscription, Topic
from subscribers.states import FOLLOWED, ConsentAction, ConsentMethod, SubscriptionStatus
from subscribers.suppression.policy import lift_by_opt_in, waits_for_opt_in


class UnknownSubscriber(LookupError):
    """Nobody has this id."""


@dataclass(frozen=True, slots=True)
class TopicChanges:
    """The topics that a choice joined and left."""

    joined: tuple[Topic, ...]
    left: tuple[Topic, ...]


@transaction.atomic
def choose_topics(
    subscriber_id: int,
    *,
    topics: Collection[Topic],
    words: str,
    among: Collection[Topic] | None = None,
    method: ConsentMethod = ConsentMethod.PREFERENCES,
    network: str = "",
) -> TopicChanges:
    """Follow just `topics`: join those that are not followed, leave the others that are.

    A sign-up that waits for its confirmation goes on waiting: there is no consent yet that could be
    withdrawn. The link to this page came by mail to the person's own address, so what they join
    needs no further confirmation, and lifts what an opt-in lifts. Moderated topics are left, not
    joined here: one applies for them.

    Args:
        among: what there was to choose from; what was not shown is not left either. None: all
            topics.

    Raises:
        UnknownSubscriber: erased, or never confirmed in time.
    """
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None:
        raise UnknownSubscriber
    circumstances = Circumstances(
        method=method, words=words, language=subscriber.language, network=network
    )
    wanted = {topic.pk for topic in topics}
    joined = tuple(topic for topic in topics if _join(subscriber, topic, circumstances))
    rows = (
        Subscription.objects.filter(subscriber=subscriber, status__in=FOLLOWED)
        .exclude(topic_id__in=wanted)
        .select_related("subscriber", "topic")
    )
    if among is not None:
        rows = rows.filter(topic__in=among)
    left = tuple(
        row.topic for row in rows if leave(row, Circumstances(method=method, network=network))
    )
    if joined:
        lift_by_opt_in(subscriber.digest)
    for topic in left:
        announce(subscriber.pk, topic_id=topic.pk, campaign_id=0, at=timezone.now())
    return TopicChanges(joined, left)


def _join(subscriber: Subscriber, topic: Topic, circumstances: Circumstances) -> bool:
    if topic.is_moderated:  # one joins it with an application
        return False
    subscription, is_new = Subscription.objects.get_or_create(
        subscriber=subscriber,
        topic=topic,
        defaults={"status": SubscriptionStatus.PENDING, "changed_at": timezone.now()},
    )
    subscription.subscriber, subscription.topic = subscriber, topic
    if subscription.status in FOLLOWED:
        return False
    if is_new:
        record_consent(
            subscriber.digest,
            topic=topic,
            action=ConsentAction.REQUESTED,
            circumstances=circumstances,
        )
    else:
        transition_subscription(
            subscription,
            SubscriptionStatus.PENDING,
            action=ConsentAction.REQUESTED,
            circumstances=circumstances,
        )
    return transition_subscription(
        subscription,
        SubscriptionStatus.CONFIRMED,
        action=ConsentAction.CONFIRMED,
        circumstances=circumstances,
    )


@transaction.atomic
def resume_campaigns(subscriber_id: int, *, told: str, words: str, network: str = "") -> bool:
    """Receive campaigns again, on the topics that are followed still.

    It lifts what an opt-in lifts, such as a complaint, soft bounces, or an opt-out from everything
    that an import brought. Where no topic is followed, nobody has agreed to anything, so nothing is
    lifted; nor where a newer reason stands than the one that the person was told of.

    Args:
        told: the id of the suppression of which the page told the person, as its form says it (see
            `waits_for_opt_in`).

    Returns:
        Whether nothing waits for their opt-in any more.

    Raises:
        UnknownSubscriber: erased, or never confirmed in time.
    """
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None:
        raise UnknownSubscriber
    followed = subscriber.subscriptions.filter(status__in=FOLLOWED).select_related("topic")
    newest = waits_for_opt_in(subscriber.digest)
    if not followed or (newest and str(newest.pk) != told):
        return False
    if not lift_by_opt_in(subscriber.digest):
        return True
    circumstances = Circumstances(
        method=ConsentMethod.PREFERENCES, words=words, language=subscriber.language, network=network
    )
    for subscription in followed:
        record_consent(
            subscriber.digest,
            topic=subscription.topic,
            action=ConsentAction.CONFIRMED,
            circumstances=circumstances,
        )
    return True
