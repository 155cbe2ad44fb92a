"""Staff send a question again that failed or is in doubt, if it can still be answered."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from newsletter.outbox import send_again
from subscribers.consent.never_again import never_again
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.models import Subscriber
from subscribers.people.erase import erase
from subscribers.states import ConsentMethod
from tests.subscribers.consent.conftest import SignUpMaker
from tests.subscribers.consent.messages import ends, hours_pass, kinds

EVE = "eve@example.org"


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
