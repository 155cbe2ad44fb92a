"""A sign-up that nobody confirms leaves nothing behind, except an opt-out that came before it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from subscribers.consent.forget_pending import forget_pending
from subscribers.consent.records import Circumstances, record_consent
from subscribers.models import ConsentRecord, Subscriber, Subscription, Topic
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus

A_DAY_AGO = timezone.now() - timedelta(days=1)


def history(subscriber: Subscriber, topic: Topic, *actions: ConsentAction) -> None:
    """Record what the person did so far, in this order."""
    for action in actions:
        record_consent(
            subscriber.digest,
            topic=topic,
            action=action,
            circumstances=Circumstances(method=ConsentMethod.FORM),
        )


def recorded(subscriber: Subscriber) -> list[str]:
    rows = ConsentRecord.objects.filter(digest=subscriber.digest).order_by("id")
    return list(rows.values_list("action", flat=True))


def test_a_first_sign_up_goes_with_its_evidence(ben: Subscriber, topic: Topic) -> None:
    history(ben, topic, ConsentAction.REQUESTED, ConsentAction.REQUESTED)

    assert forget_pending(ben) == 1

    assert not Subscription.objects.exists()
    assert recorded(ben) == []
    assert Subscriber.objects.filter(pk=ben.pk).exists(), "their row is the caller's affair"


@pytest.mark.parametrize("opt_out", [ConsentAction.UNSUBSCRIBED, ConsentAction.DECLINED])
def test_an_opt_out_before_it_holds_again(
    ben: Subscriber, topic: Topic, opt_out: ConsentAction
) -> None:
    history(ben, topic, ConsentAction.REQUESTED, opt_out, ConsentAction.REQUESTED)

    assert forget_pending(ben) == 1

    assert Subscription.objects.get().status == SubscriptionStatus.UNSUBSCRIBED
    assert recorded(ben) == ["requested", opt_out], "the evidence of what came before stays"


@pytest.mark.parametrize("yes", [ConsentAction.IMPORTED, ConsentAction.CONFIRMED])
def test_an_earlier_yes_is_no_opt_out(ben: Subscriber, topic: Topic, yes: ConsentAction) -> None:
    history(ben, topic, yes, ConsentAction.REQUESTED)

    assert forget_pending(ben) == 1

    assert not Subscription.objects.exists()
    assert recorded(ben) == [yes]


def test_what_changed_since_is_left_alone(
    ben: Subscriber, topic: Topic, other_topic: Topic
) -> None:
    Subscription.objects.create(
        subscriber=ben,
        topic=other_topic,
        status=SubscriptionStatus.PENDING,
        changed_at=A_DAY_AGO,
    )
    for each in (topic, other_topic):
        history(ben, each, ConsentAction.REQUESTED)

    assert forget_pending(ben, before=A_DAY_AGO + timedelta(minutes=1)) == 1

    assert Subscription.objects.get().topic == topic
    assert ConsentRecord.objects.get().topic == topic


def test_each_topic_has_a_history_of_its_own(
    ben: Subscriber, topic: Topic, other_topic: Topic
) -> None:
    Subscription.objects.create(
        subscriber=ben,
        topic=other_topic,
        status=SubscriptionStatus.PENDING,
        changed_at=timezone.now(),
    )
    history(ben, topic, ConsentAction.REQUESTED)
    history(ben, other_topic, ConsentAction.UNSUBSCRIBED, ConsentAction.REQUESTED)

    assert forget_pending(ben) == 2

    left = Subscription.objects.get()
    assert (left.topic, left.status) == (other_topic, SubscriptionStatus.UNSUBSCRIBED)
    assert recorded(ben) == ["unsubscribed"]


def test_what_is_followed_and_what_others_asked_for_stay(
    ada: Subscriber, ben: Subscriber, topic: Topic
) -> None:
    history(ada, topic, ConsentAction.REQUESTED, ConsentAction.CONFIRMED)
    history(ben, topic, ConsentAction.REQUESTED)

    assert forget_pending(ada) == 0

    assert Subscription.objects.count() == 2
    assert recorded(ada) == ["requested", "confirmed"]
    assert recorded(ben) == ["requested"]
