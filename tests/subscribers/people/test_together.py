"""Two things that happen to one person at the same moment, on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from newsletter.core.addresses import address_digest
from newsletter.models import Brand, TransactionalMessage
from subscribers.consent.confirm import AlreadyConfirmed, Confirmed, confirm
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.models import AddressChange, ConsentRecord, Subscriber, Subscription, Topic
from subscribers.people.change_address import CannotChangeAddress, change_address
from subscribers.people.erase import erase
from subscribers.people.pause import pause
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import active
from tests.locks import until_somebody_waits

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite runs one writing transaction at a time"
    ),
    pytest.mark.django_db(transaction=True),
]
EVE = "eve@example.org"


def sign_up(topic: Topic, email: str = EVE) -> None:
    subscribe(SignUp(email=email, topics=(topic,), words="Yes.", method=ConsentMethod.FORM))


def at_once[T](first: Callable[[], object], second: Callable[[], T]) -> T:
    """Have `second` wait for what `first` has done and not committed yet; return its answer."""

    def run() -> T:
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            other = pool.submit(run)
            until_somebody_waits(other)
        return other.result(timeout=30)


def test_confirmed_by_many_at_once_it_is_recorded_and_welcomed_once(
    brand: Brand, topic: Topic
) -> None:
    sign_up(topic)
    eve = Subscriber.objects.get()

    def press(_: int) -> object:
        try:
            return confirm(eve.pk, method=ConsentMethod.MAIL_LINK)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(press, range(6)))
    assert sorted(type(each).__name__ for each in answers) == ["AlreadyConfirmed"] * 5 + [
        "Confirmed"
    ]
    assert {type(each) for each in answers} == {Confirmed, AlreadyConfirmed}
    assert ConsentRecord.objects.filter(action=ConsentAction.CONFIRMED).count() == 1
    assert TransactionalMessage.objects.filter(kind="welcome").count() == 1


def test_a_sign_up_that_waits_for_an_erasure_is_a_strangers(brand: Brand, topic: Topic) -> None:
    sign_up(topic)
    eve = Subscriber.objects.get()
    confirm(eve.pk, method=ConsentMethod.MAIL_LINK)
    TransactionalMessage.objects.all().delete()
    at_once(lambda: erase(eve.pk), lambda: sign_up(topic))
    [anew] = Subscriber.objects.all()
    assert anew.pk != eve.pk
    assert Subscription.objects.get().status == SubscriptionStatus.PENDING
    assert [each.reason for each in active(anew.digest)] == [SuppressionReason.ERASED]
    kinds = TransactionalMessage.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["erased", "confirmation"]


def test_an_erasure_that_waits_for_a_sign_up_takes_it_along(brand: Brand, topic: Topic) -> None:
    sign_up(topic)
    eve = Subscriber.objects.get()
    confirm(eve.pk, method=ConsentMethod.MAIL_LINK)
    other = Topic.objects.create(slug="forums", name="Forums")
    at_once(lambda: sign_up(other), lambda: erase(eve.pk))
    assert not Subscriber.objects.exists()
    assert [each.reason for each in active(eve.digest)] == [SuppressionReason.ERASED]
    assert not TransactionalMessage.objects.exclude(kind="erased").exclude(to="").exists()


def test_an_address_that_somebody_signs_up_with_at_this_moment_is_not_changed_to(
    brand: Brand, topic: Topic, ada: Subscriber
) -> None:
    asked = AddressChange.objects.create(subscriber=ada, email=EVE, digest=address_digest(EVE))

    def change() -> str:
        try:
            change_address(ada.pk, to=EVE, asked=asked.pk)
        except CannotChangeAddress:
            return "refused"
        return "changed"

    assert at_once(lambda: sign_up(topic), change) == "refused"
    ada.refresh_from_db()
    assert (ada.email, ada.subscriptions.get().status) == ("ada@example.nz", "confirmed")
    assert Subscriber.objects.get(email=EVE).subscriptions.get().status == "pending"
    assert AddressChange.objects.filter(pk=asked.pk).exists(), "it may be tried once they are gone"


def test_a_pause_that_waits_for_an_erasure_pauses_nobody(brand: Brand, ada: Subscriber) -> None:
    assert at_once(lambda: erase(ada.pk), lambda: pause(ada.pk, until=None)) is False
    assert not Subscriber.objects.exists()
