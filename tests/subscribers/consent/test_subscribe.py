"""Signing up: one question a day to the owner of the address, without a stranger's words."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import TransactionalMessage
from subscribers.consent.confirm import AlreadyConfirmed, Confirmed, confirm
from subscribers.consent.subscribe import subscribe
from subscribers.models import ConsentRecord, Subscriber, Subscription, Suppression, Topic
from subscribers.people.erase import erase
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import active, suppress
from tests.conftest import MakeSubscriber
from tests.locks import until_somebody_waits
from tests.subscribers.consent.conftest import SignUpMaker
from tests.subscribers.consent.messages import kinds

ATTACK = "Buy pills at evil.example"


def a_day_passes() -> None:
    for message in TransactionalMessage.objects.all():
        TransactionalMessage.objects.filter(pk=message.pk).update(
            created_at=message.created_at - timedelta(hours=24, minutes=1)
        )


def test_a_new_address_is_asked_once(signing_up: SignUpMaker, topic: Topic) -> None:
    subscribe(signing_up())
    subscription = Subscription.objects.get(subscriber__email="eve@example.org")
    assert subscription.status == SubscriptionStatus.PENDING
    assert kinds("eve@example.org") == ["confirmation"]
    record = ConsentRecord.objects.get()
    assert (record.action, record.method, record.words, record.topic) == (
        "requested",
        "form",
        "Yes, write to me.",
        topic,
    )


def test_the_question_holds_nothing_that_a_stranger_typed(signing_up: SignUpMaker) -> None:
    subscribe(signing_up(full_name=ATTACK, country="NZ", time_zone="Pacific/Auckland"))
    message = TransactionalMessage.objects.get()
    everything = " ".join(
        [message.subject, message.html, message.text, message.to_name, str(message.headers)]
    )
    assert "pills" not in everything
    assert "evil" not in everything


def test_what_a_stranger_typed_waits_in_the_evidence(signing_up: SignUpMaker) -> None:
    subscribe(signing_up(full_name="Eve Adams", country="NZ"))
    assert Subscriber.objects.get().full_name == ""
    assert ConsentRecord.objects.get().details == {"full_name": "Eve Adams", "country": "NZ"}


def test_however_often_an_address_is_entered_its_owner_gets_one_question_a_day(
    signing_up: SignUpMaker,
) -> None:
    for _ in range(25):
        subscribe(signing_up())
    assert kinds("eve@example.org") == ["confirmation"]
    assert ConsentRecord.objects.count() == 1
    a_day_passes()
    subscribe(signing_up())
    subscribe(signing_up())
    assert kinds("eve@example.org") == ["confirmation", "confirmation"]


def test_the_limit_holds_whatever_the_case_and_mail_goes_to_the_address_as_it_was_first_given(
    signing_up: SignUpMaker, ben: Subscriber
) -> None:
    subscribe(signing_up("BEN@example.com"))
    subscribe(signing_up("Ben@example.com"))
    assert list(TransactionalMessage.objects.values_list("to", flat=True)) == [ben.email]


def test_a_new_question_renews_the_time_in_which_it_can_be_answered(
    signing_up: SignUpMaker, ben: Subscriber
) -> None:
    long_ago = timezone.now() - timedelta(days=29)
    Subscription.objects.update(changed_at=long_ago)
    subscribe(signing_up(ben.email))
    assert Subscription.objects.get().changed_at > long_ago + timedelta(days=28)


@pytest.mark.parametrize(
    "reason",
    [SuppressionReason.NEVER_AGAIN, SuppressionReason.HARD_BOUNCE, SuppressionReason.STAFF],
)
def test_an_address_that_is_suppressed_entirely_gets_nothing_and_leaves_no_trace(
    signing_up: SignUpMaker, reason: SuppressionReason
) -> None:
    suppress(address_digest("eve@example.org"), reason=reason)
    subscribe(signing_up())
    assert kinds("eve@example.org") == []
    assert not Subscriber.objects.exists()
    assert not ConsentRecord.objects.exists()


@pytest.mark.parametrize(
    "reason",
    [SuppressionReason.UNSUBSCRIBED_ALL, SuppressionReason.ERASED, SuppressionReason.COMPLAINT],
)
def test_one_who_gets_no_campaigns_is_asked_and_their_answer_lifts_that(
    signing_up: SignUpMaker, reason: SuppressionReason
) -> None:
    digest = address_digest("eve@example.org")
    suppress(digest, reason=reason)
    subscribe(signing_up())
    assert kinds("eve@example.org") == ["confirmation"]
    assert len(active(digest)) == 1, "asking lifts nothing"
    confirm(Subscriber.objects.get().pk, method=ConsentMethod.MAIL_LINK)
    assert active(digest) == []
    assert Suppression.objects.get().lifted_by == ""


def test_a_follower_who_complained_is_asked_again_and_only_a_new_sign_up_makes_the_old_link_lift_it(
    signing_up: SignUpMaker, ada: Subscriber
) -> None:
    suppress(ada.digest, reason=SuppressionReason.COMPLAINT)
    assert isinstance(confirm(ada.pk, method=ConsentMethod.MAIL_LINK), AlreadyConfirmed)
    assert len(active(ada.digest)) == 1
    subscribe(signing_up(ada.email))
    subscribe(signing_up(ada.email))
    assert kinds(ada.email) == ["confirmation"]
    assert ConsentRecord.objects.filter(action=ConsentAction.REQUESTED).count() == 1
    assert isinstance(confirm(ada.pk, method=ConsentMethod.MAIL_LINK), Confirmed)
    assert active(ada.digest) == []
    assert isinstance(confirm(ada.pk, method=ConsentMethod.MAIL_LINK), AlreadyConfirmed)


def test_a_follower_is_told_that_there_is_nothing_to_do_once_a_day(
    signing_up: SignUpMaker, ada: Subscriber
) -> None:
    subscribe(signing_up(ada.email, full_name=ATTACK, country="US"))
    subscribe(signing_up(ada.email))
    assert kinds(ada.email) == ["already_subscribed"]
    assert "pills" not in TransactionalMessage.objects.get().html
    ada.refresh_from_db()
    assert (ada.full_name, str(ada.country)) == ("Ada Lovelace", "NZ")
    assert not ConsentRecord.objects.exists()


def test_a_follower_who_asks_for_more_is_asked_about_that_alone(
    signing_up: SignUpMaker, ada: Subscriber, topic: Topic, other_topic: Topic
) -> None:
    subscribe(signing_up(ada.email, topics=(topic, other_topic)))
    message = TransactionalMessage.objects.get()
    assert message.kind == "confirmation"
    assert other_topic.name in message.text
    assert topic.name not in message.text
    assert (
        Subscription.objects.get(subscriber=ada, topic=topic).status == SubscriptionStatus.CONFIRMED
    )


def test_topics_entered_one_by_one_cause_one_mail_a_day(
    signing_up: SignUpMaker, ada: Subscriber, topic: Topic, other_topic: Topic
) -> None:
    for topics in ((topic,), (other_topic,), (topic, other_topic), (topic,)):
        subscribe(signing_up(ada.email, topics=topics))
    assert kinds(ada.email) == ["already_subscribed"]
    a_day_passes()
    for topics in ((other_topic,), (topic,)):
        subscribe(signing_up(ada.email, topics=topics))
    assert kinds(ada.email) == ["already_subscribed", "confirmation"]


def test_one_who_had_left_is_asked_anew_and_keeps_what_they_said_of_themselves(
    signing_up: SignUpMaker, dora: Subscriber
) -> None:
    subscribe(signing_up(dora.email, full_name=ATTACK))
    assert Subscription.objects.get().status == SubscriptionStatus.PENDING
    assert kinds(dora.email) == ["confirmation"]
    confirm(dora.pk, method=ConsentMethod.MAIL_LINK)
    dora.refresh_from_db()
    assert dora.full_name == "Dora Maar"


def test_one_who_was_declined_may_ask_again(
    signing_up: SignUpMaker, make_subscriber: MakeSubscriber, topic: Topic
) -> None:
    subscriber = make_subscriber("fay@example.org", topic=topic, status=SubscriptionStatus.DECLINED)
    subscribe(signing_up(subscriber.email))
    assert Subscription.objects.get().status == SubscriptionStatus.PENDING


def test_one_who_waits_for_staff_is_told_that_there_is_nothing_to_do(
    signing_up: SignUpMaker, make_subscriber: MakeSubscriber, topic: Topic
) -> None:
    subscriber = make_subscriber(
        "fay@example.org", topic=topic, status=SubscriptionStatus.AWAITING_REVIEW
    )
    subscribe(signing_up(subscriber.email))
    assert kinds(subscriber.email) == ["already_subscribed"]
    assert Subscription.objects.get().status == SubscriptionStatus.AWAITING_REVIEW


@pytest.mark.postgres
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite runs one writing transaction at a time"
)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [False, True])
def test_two_sign_ups_at_once_send_one_question(signing_up: SignUpMaker, known: bool) -> None:
    if known:
        Subscriber.objects.create(
            email="eve@example.org", digest=address_digest("eve@example.org"), domain="example.org"
        )
    sign_up, crowd = signing_up(), 8
    start = Barrier(crowd)

    def run(_: int) -> None:
        start.wait(timeout=30)
        try:
            subscribe(sign_up)
        finally:
            connection.close()

    with ThreadPoolExecutor(crowd) as pool:
        list(pool.map(run, range(crowd)))
    assert kinds("eve@example.org") == ["confirmation"]
    assert ConsentRecord.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite runs one writing transaction at a time"
)
@pytest.mark.django_db(transaction=True)
def test_one_who_is_erased_while_a_sign_up_waits_for_them_is_asked_as_anybody_new(
    signing_up: SignUpMaker, ada: Subscriber
) -> None:
    sign_up = signing_up(ada.email)

    def run() -> None:
        try:
            subscribe(sign_up)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            erase(ada.pk)
            waiting = pool.submit(run)
            until_somebody_waits(waiting)
        waiting.result(timeout=30)
    assert kinds(ada.email) == ["erased", "confirmation"]
    assert Subscriber.objects.get(digest=ada.digest).pk != ada.pk
