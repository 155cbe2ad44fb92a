"""A message leaves only while its owner allows it, and again by staff only while it has a use."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import TransactionalMessage
from newsletter.outbox import send_again
from subscribers.consent.never_again import never_again
from subscribers.consent.objections import objections
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.models import Subscriber, Suppression
from subscribers.people.erase import erase
from subscribers.states import ConsentMethod, SuppressionReason
from subscribers.suppression.policy import lift_by_opt_in
from subscribers.suppression.registry import suppress
from tests.subscribers.consent.conftest import SignUpMaker
from tests.subscribers.consent.messages import ends, hours_pass, kinds

EVE = "eve@example.org"
FOR_SUBSCRIBERS = (
    "already_subscribed",
    "preferences_link",
    "erase_link",
    "address_link",
    "download_link",
)
ALL_KINDS = (
    *FOR_SUBSCRIBERS,
    "confirmation",
    "welcome",
    "proof",
    "address_changed",
    "new_address",
    "erased",
    "address_check",
)


def written(
    subscriber: Subscriber | str, kind: str = "confirmation", *, ago: timedelta = timedelta(hours=1)
) -> TransactionalMessage:
    """A message of this kind to a person, or to an address that nobody has."""
    digest = address_digest(subscriber) if isinstance(subscriber, str) else subscriber.digest
    message = TransactionalMessage.objects.create(kind=kind, digest=digest)
    message.created_at = timezone.now() - ago
    message.save(update_fields=["created_at"])
    return message


def may_go(message: TransactionalMessage) -> tuple[bool, bool]:
    """Whether the clock may try it again, and whether staff may send it again."""
    return not objections([message], by_person=False), not objections([message], by_person=True)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_nothing_is_tried_again_at_an_address_that_is_blocked(cleo: Subscriber, kind: str) -> None:
    assert may_go(written(cleo, kind)) == (False, False)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_after_an_erasure_only_the_news_of_it_is_tried_again(ada: Subscriber, kind: str) -> None:
    message = written(ada, kind)
    erase(ada.pk)

    is_news = kind == "erased"
    assert may_go(message) == (is_news, is_news)


def test_an_erasure_before_the_message_is_over(ada: Subscriber) -> None:
    suppress(ada.digest, reason=SuppressionReason.ERASED)
    Suppression.objects.update(created_at=timezone.now() - timedelta(days=30))

    assert may_go(written(ada, "welcome")) == (True, True)


def test_an_erasure_that_was_lifted_since_is_over(ada: Subscriber) -> None:
    message = written(ada, "welcome")
    suppress(ada.digest, reason=SuppressionReason.ERASED)
    lift_by_opt_in(ada.digest)

    assert may_go(message) == (True, True)


def test_a_question_that_can_still_be_answered_may_be_asked_again(ben: Subscriber) -> None:
    assert may_go(written(ben)) == (True, True)


def test_a_question_that_was_answered_is_not_asked_again_by_staff(ada: Subscriber) -> None:
    assert may_go(written(ada)) == (True, False)


def test_a_follower_who_gets_no_campaigns_has_something_to_confirm(ada: Subscriber) -> None:
    suppress(ada.digest, reason=SuppressionReason.COMPLAINT)

    assert may_go(written(ada)) == (True, True)


def test_a_welcome_is_for_those_who_follow_something(ada: Subscriber, dora: Subscriber) -> None:
    assert may_go(written(ada, "welcome")) == (True, True)
    assert may_go(written(dora, "welcome")) == (True, False)


@pytest.mark.parametrize("kind", FOR_SUBSCRIBERS)
def test_what_leads_to_somebodys_data_is_for_those_whom_we_know(
    dora: Subscriber, kind: str
) -> None:
    assert may_go(written(dora, kind)) == (True, True)
    assert may_go(written(EVE, kind)) == (True, False)


@pytest.mark.parametrize("kind", ["rsvp_confirmation", "rsvp_event_changed"])
def test_what_was_said_of_an_event_isnt_sent_again_by_staff(ada: Subscriber, kind: str) -> None:
    assert may_go(written(ada, kind)) == (True, False)


@pytest.mark.parametrize("kind", ["proof", "address_changed", "new_address", "erased"])
@pytest.mark.django_db
def test_other_messages_need_nobody(kind: str) -> None:
    assert may_go(written(EVE, kind)) == (True, True)


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
