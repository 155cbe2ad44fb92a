"""People whose provider says that they have left are unsubscribed together, each with a record."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from subscribers.consent.leave_many import leave_many
from subscribers.models import ConsentRecord, Subscriber, Subscription, Topic
from subscribers.signals import unsubscribed
from subscribers.states import ConsentMethod, SubscriptionStatus
from tests.conftest import MakeSubscriber

PROVIDER = ConsentMethod.PROVIDER


def status_of(subscriber: Subscriber, topic: Topic) -> str:
    return Subscription.objects.get(subscriber=subscriber, topic=topic).status


@pytest.mark.parametrize(
    "status",
    [
        SubscriptionStatus.CONFIRMED,
        SubscriptionStatus.PENDING,
        SubscriptionStatus.AWAITING_REVIEW,
    ],
)
@pytest.mark.parametrize("method", [ConsentMethod.COMPLAINT, ConsentMethod.PROVIDER])
def test_whoever_has_not_left_leaves_with_a_record_of_why(
    make_subscriber: MakeSubscriber, topic: Topic, status: SubscriptionStatus, method: ConsentMethod
) -> None:
    eve = make_subscriber("eve@example.org", topic=topic, status=status)

    assert leave_many([eve.pk], topic_id=topic.pk, method=method) == set()

    assert status_of(eve, topic) == SubscriptionStatus.UNSUBSCRIBED
    record = ConsentRecord.objects.get()
    assert (record.digest, record.topic, record.action, record.method) == (
        eve.digest,
        topic,
        "unsubscribed",
        method,
    )
    changed_at = Subscription.objects.get().changed_at
    assert record.given_at == changed_at


@pytest.mark.parametrize("status", [SubscriptionStatus.UNSUBSCRIBED, SubscriptionStatus.DECLINED])
def test_whoever_has_left_already_gets_no_second_record(
    make_subscriber: MakeSubscriber, topic: Topic, status: SubscriptionStatus
) -> None:
    eve = make_subscriber("eve@example.org", topic=topic, status=status)

    assert leave_many([eve.pk], topic_id=topic.pk, method=PROVIDER) == set()

    assert status_of(eve, topic) == status
    assert not ConsentRecord.objects.exists()


def test_other_people_and_other_topics_are_left_alone(
    ada: Subscriber, ben: Subscriber, cleo: Subscriber, topic: Topic, other_topic: Topic
) -> None:
    Subscription.objects.create(
        subscriber=ada,
        topic=other_topic,
        status=SubscriptionStatus.CONFIRMED,
        changed_at=ada.created_at,
    )

    leave_many([ada.pk, cleo.pk, 2**40], topic_id=topic.pk, method=PROVIDER)

    assert status_of(ada, topic) == status_of(cleo, topic) == SubscriptionStatus.UNSUBSCRIBED
    assert status_of(ada, other_topic) == SubscriptionStatus.CONFIRMED
    assert status_of(ben, topic) == SubscriptionStatus.PENDING
    assert {record.digest for record in ConsentRecord.objects.all()} == {ada.digest, cleo.digest}


def test_the_caller_counts_them_so_nothing_is_announced(
    ada: Subscriber,
    topic: Topic,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    heard: list[object] = []

    def hear(**announced: object) -> None:
        heard.append(announced)

    unsubscribed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            leave_many([ada.pk], topic_id=topic.pk, method=PROVIDER)
    finally:
        unsubscribed.disconnect(hear)

    assert heard == []


@pytest.mark.postgres
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite locks the database, never one row"
)
@pytest.mark.django_db(transaction=True)
def test_whom_somebody_else_holds_is_named_and_not_waited_for(
    ada: Subscriber, cleo: Subscriber, topic: Topic
) -> None:
    def run() -> set[int]:
        try:
            return leave_many([ada.pk, cleo.pk], topic_id=topic.pk, method=PROVIDER)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Subscription.objects.select_for_update().get(subscriber=ada)
        assert pool.submit(run).result(timeout=30) == {ada.pk}

    assert status_of(ada, topic) == SubscriptionStatus.CONFIRMED
    assert status_of(cleo, topic) == SubscriptionStatus.UNSUBSCRIBED
    assert leave_many([ada.pk], topic_id=topic.pk, method=PROVIDER) == set()
    assert status_of(ada, topic) == SubscriptionStatus.UNSUBSCRIBED
