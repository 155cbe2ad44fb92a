"""Unsubscribing: at once, for good, and as often as one likes."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from subscribers.consent.records import Circumstances
from subscribers.consent.unsubscribe import Departure, leave, unsubscribe, unsubscribe_all
from subscribers.models import ConsentRecord, Subscriber, Subscription, Topic
from subscribers.people.erase import erase
from subscribers.signals import unsubscribed
from subscribers.states import ConsentMethod, SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import active
from tests.conftest import MakeSubscriber

ONE_CLICK = ConsentMethod.ONE_CLICK


@pytest.fixture
def heard() -> Iterator[list[dict[str, Any]]]:
    announcements: list[dict[str, Any]] = []

    def hear(**what: Any) -> None:
        announcements.append(what)

    unsubscribed.connect(hear)
    yield announcements
    unsubscribed.disconnect(hear)


@pytest.mark.parametrize(
    "status",
    [SubscriptionStatus.CONFIRMED, SubscriptionStatus.PENDING, SubscriptionStatus.AWAITING_REVIEW],
)
def test_leaving_a_topic_is_recorded_and_announced_once(
    make_subscriber: MakeSubscriber,
    topic: Topic,
    status: SubscriptionStatus,
    heard: list[dict[str, Any]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    subscriber = make_subscriber("fay@example.org", topic=topic, status=status)
    subscription = subscriber.subscriptions.get()
    with django_capture_on_commit_callbacks(execute=True):
        assert (
            unsubscribe(subscription.pk, method=ONE_CLICK, network="192.0.2.0/24", campaign_id=7)
            is Departure.LEFT
        )
        assert unsubscribe(subscription.pk, method=ONE_CLICK, campaign_id=7) is Departure.HAD_LEFT
    subscription.refresh_from_db()
    assert subscription.status == SubscriptionStatus.UNSUBSCRIBED
    record = ConsentRecord.objects.get()
    assert (record.digest, record.action, record.method, record.network) == (
        subscriber.digest,
        "unsubscribed",
        "one_click",
        "192.0.2.0/24",
    )
    assert [(said["subscriber_id"], said["topic_id"], said["campaign_id"]) for said in heard] == [
        (subscriber.pk, topic.pk, 7)
    ]


def test_leaving_everything_suppresses_campaigns_and_is_announced_once(
    ada: Subscriber,
    other_topic: Topic,
    heard: list[dict[str, Any]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    Subscription.objects.create(
        subscriber=ada,
        topic=other_topic,
        status=SubscriptionStatus.PENDING,
        changed_at=ada.subscriptions.get().changed_at,
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert unsubscribe_all(ada.pk, method=ONE_CLICK) is Departure.LEFT
        assert unsubscribe_all(ada.pk, method=ONE_CLICK) is Departure.HAD_LEFT
    assert set(ada.subscriptions.values_list("status", flat=True)) == {
        SubscriptionStatus.UNSUBSCRIBED
    }
    assert [suppression.reason for suppression in active(ada.digest)] == [
        SuppressionReason.UNSUBSCRIBED_ALL
    ]
    assert ConsentRecord.objects.count() == 2
    assert [said["topic_id"] for said in heard] == [None]


def test_a_listener_that_fails_undoes_nothing(
    ada: Subscriber, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    def fail(**what: Any) -> None:
        raise RuntimeError("a listener's own trouble")

    unsubscribed.connect(fail)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            unsubscribe(ada.subscriptions.get().pk, method=ONE_CLICK)
    finally:
        unsubscribed.disconnect(fail)
    assert ada.subscriptions.get().status == SubscriptionStatus.UNSUBSCRIBED


@pytest.mark.parametrize("row", [0, 987654321, 2**48 - 1])
def test_what_is_not_known_changes_nothing(ada: Subscriber, row: int) -> None:
    assert unsubscribe(row, method=ONE_CLICK) is Departure.UNKNOWN
    assert unsubscribe_all(row, method=ONE_CLICK) is Departure.UNKNOWN
    assert ada.subscriptions.get().status == SubscriptionStatus.CONFIRMED
    assert not ConsentRecord.objects.exists()


def test_a_subscription_that_vanishes_in_this_very_moment_is_no_trouble(ada: Subscriber) -> None:
    subscription = Subscription.objects.select_related("subscriber", "topic").get()
    erase(ada.pk)
    records = ConsentRecord.objects.count()
    assert leave(subscription, Circumstances(method=ONE_CLICK)) is False
    assert ConsentRecord.objects.count() == records
