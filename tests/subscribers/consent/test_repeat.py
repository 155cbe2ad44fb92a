"""A message that was cut short shuts nobody out: it is repeated once in its day, and no more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import Brand, TransactionalMessage
from newsletter.outbox import send_again
from subscribers.consent.mail import send_preferences_link, send_welcome
from subscribers.consent.never_again import never_again
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.models import AddressChange, Subscriber, Topic
from subscribers.people.erase import erase
from subscribers.people.mail import send_new_address_link
from subscribers.states import ConsentMethod
from tests.subscribers.consent.test_subscribe import SignUpMaker, kinds, signing_up

__all__ = ["signing_up"]

EVE = "eve@example.org"


def ends(status: str, **columns: object) -> TransactionalMessage:
    """The latest message comes to such an end."""
    message = TransactionalMessage.objects.order_by("-id")[0]
    TransactionalMessage.objects.filter(pk=message.pk).update(status=status, attempt=1, **columns)
    message.refresh_from_db()
    return message


def hours_pass(hours: float) -> None:
    for message in TransactionalMessage.objects.all():
        gone = timedelta(hours=hours)
        sent_again = message.sent_again_at - gone if message.sent_again_at else None
        TransactionalMessage.objects.filter(pk=message.pk).update(
            created_at=message.created_at - gone, sent_again_at=sent_again
        )


@pytest.mark.parametrize("end", ["uncertain", "failed"])
def test_a_second_sign_up_is_asked_again_where_the_first_question_was_cut_short(
    end: str, signing_up: SignUpMaker
) -> None:
    subscribe(signing_up())
    ends(end)

    subscribe(signing_up())

    assert kinds(EVE) == ["confirmation", "confirmation"]


@pytest.mark.parametrize("end", ["uncertain", "failed"])
def test_but_only_once_in_that_day(end: str, signing_up: SignUpMaker) -> None:
    for _ in range(4):
        subscribe(signing_up())
        ends(end)
        hours_pass(5)
    assert kinds(EVE) == ["confirmation"] * 2

    hours_pass(5)
    subscribe(signing_up())
    assert kinds(EVE) == ["confirmation"] * 3, (
        "the first one was written more than a day ago, and the second has failed"
    )


@pytest.mark.parametrize("end", ["queued", "claimed", "accepted"])
def test_what_waits_or_was_sent_is_not_repeated(end: str, signing_up: SignUpMaker) -> None:
    subscribe(signing_up())
    held = {"claim_token": uuid4(), "lease_until": timezone.now()} if end == "claimed" else {}
    ends(end, **held)

    subscribe(signing_up())

    assert kinds(EVE) == ["confirmation"]


def test_a_worker_that_comes_back_late_does_not_send_the_first_one_beside_the_second(
    signing_up: SignUpMaker,
) -> None:
    subscribe(signing_up())
    first = ends("uncertain", claim_token=uuid4())

    subscribe(signing_up())

    first.refresh_from_db()
    assert (first.status, first.claim_token) == ("uncertain", None)
    assert first.sent_again_at


def test_an_answer_to_a_subscriber_is_repeated_as_a_question_is(
    signing_up: SignUpMaker, ada: Subscriber, brand: Brand
) -> None:
    subscribe(signing_up(ada.email))
    ends("failed")
    subscribe(signing_up(ada.email))
    subscribe(signing_up(ada.email))
    assert kinds(ada.email) == ["already_subscribed"] * 2


def test_a_link_that_was_cut_short_shuts_nobody_out_for_longer_than_any_other(
    brand: Brand, ada: Subscriber
) -> None:
    """Links have limits of their own, of a quarter of an hour."""
    for _ in range(3):
        send_preferences_link(ada)
        ends("uncertain")
        hours_pass(0.3)
    assert kinds(ada.email) == ["preferences_link"] * 3


def test_the_question_to_a_new_address_is_repeated_once(brand: Brand, ada: Subscriber) -> None:
    for _ in range(3):
        change = AddressChange.objects.create(subscriber=ada, email=EVE, digest=address_digest(EVE))
        send_new_address_link(change)
        ends("failed")
    assert kinds(EVE) == ["new_address"] * 2


def test_a_welcome_is_repeated_once(brand: Brand, ada: Subscriber, topic: Topic) -> None:
    for _ in range(3):
        send_welcome(ada, topics=[topic])
        ends("failed")
    assert kinds(ada.email) == ["welcome"] * 2


def test_what_staff_have_sent_again_is_not_repeated_by_a_sign_up(signing_up: SignUpMaker) -> None:
    subscribe(signing_up())
    first = ends("uncertain")
    send_again.send_again(first.pk, by="sam")
    ends("uncertain")

    subscribe(signing_up())

    assert kinds(EVE) == ["confirmation"]


def test_what_a_sign_up_has_repeated_is_not_sent_again_by_staff(signing_up: SignUpMaker) -> None:
    subscribe(signing_up())
    first = ends("uncertain")
    subscribe(signing_up())

    with pytest.raises(send_again.MessageActionRefused, match="newer|within"):
        send_again.send_again(first.pk, by="sam")


def test_what_staff_send_again_days_later_is_that_day_s_question(signing_up: SignUpMaker) -> None:
    subscribe(signing_up())
    first = ends("uncertain")
    hours_pass(72)
    send_again.send_again(first.pk, by="sam")
    ends("accepted")

    subscribe(signing_up())

    assert kinds(EVE) == ["confirmation"]


def test_staff_send_nothing_again_to_one_who_has_opted_out_since(signing_up: SignUpMaker) -> None:
    subscribe(signing_up())
    first = ends("uncertain")
    never_again(first.digest, method=ConsentMethod.MAIL_LINK)

    with pytest.raises(send_again.MessageActionRefused, match="suppressed"):
        send_again.send_again(first.pk, by="sam")


def test_staff_send_no_question_again_that_was_answered(signing_up: SignUpMaker) -> None:
    subscribe(signing_up())
    first = ends("uncertain")
    unsubscribe_all(Subscriber.objects.get(email=EVE).pk, method=ConsentMethod.MAIL_LINK)

    with pytest.raises(send_again.MessageActionRefused, match="nothing left to confirm"):
        send_again.send_again(first.pk, by="sam")


def test_staff_send_nothing_again_to_one_who_was_erased(signing_up: SignUpMaker) -> None:
    subscribe(signing_up())
    first = ends("uncertain")
    erase(EVE)

    with pytest.raises(send_again.MessageActionRefused, match=r"deleted|Erased"):
        send_again.send_again(first.pk, by="sam")


@pytest.mark.postgres
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite runs one writing transaction at a time"
)
@pytest.mark.django_db(transaction=True)
def test_sign_ups_and_staff_at_once_repeat_it_once(signing_up: SignUpMaker) -> None:
    sign_up: SignUp = signing_up()
    subscribe(sign_up)
    first = ends("uncertain")
    crowd = 8
    start = Barrier(crowd)

    def run(number: int) -> None:
        start.wait(timeout=30)
        try:
            if number % 2:
                send_again.send_again(first.pk, by="sam")
            else:
                subscribe(sign_up)
        except send_again.MessageActionRefused:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(crowd) as pool:
        list(pool.map(run, range(crowd)))

    first.refresh_from_db()
    repeated = len(kinds(EVE)) - 1
    assert (first.status, repeated) in [("queued", 0), ("uncertain", 1)]
