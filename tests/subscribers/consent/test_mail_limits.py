"""Limits on mail to one mailbox: one answer a day, however its address is spelt and at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from newsletter.models import TransactionalMessage
from newsletter.states import Trust
from subscribers.consent.submissions import handle_submission, store_sign_up
from subscribers.consent.subscribe import subscribe
from subscribers.models import FormSubmission, Subscriber, Topic
from tests.subscribers.consent.conftest import SignUpMaker
from tests.subscribers.consent.messages import ends, hours_pass, kinds
from tests.subscribers.views.conftest import Mailed, mailed

__all__ = ["mailed"]  # a fixture of the pages, here too

SPELLINGS = ("ada@gmail.com", "a.da@gmail.com", "ada+1@gmail.com", "a.d.a+2@googlemail.com")


def test_one_mailbox_gets_one_question_a_day_however_its_address_is_spelt(
    signing_up: SignUpMaker,
) -> None:
    for spelling in SPELLINGS:
        subscribe(signing_up(spelling))
    assert TransactionalMessage.objects.count() == 1
    assert Subscriber.objects.count() == len(SPELLINGS), "each is an address of its own"

    hours_pass(25)
    subscribe(signing_up("a.da@gmail.com"))
    assert kinds("a.da@gmail.com") == ["confirmation"]


def test_a_question_that_was_cut_short_is_repeated_once_for_the_whole_mailbox(
    signing_up: SignUpMaker,
) -> None:
    for spelling in SPELLINGS:
        subscribe(signing_up(spelling))
        ends("failed")
    assert TransactionalMessage.objects.count() == 2


def test_a_subscriber_s_own_spelling_spares_none_of_the_others(
    signing_up: SignUpMaker, ada: Subscriber
) -> None:
    subscribe(signing_up(ada.email))
    subscribe(signing_up("ada+x@example.nz"))
    subscribe(signing_up("ben@example.nz"))
    assert kinds(ada.email) == ["already_subscribed"]
    assert kinds("ada+x@example.nz") == []
    assert kinds("ben@example.nz") == ["confirmation"]


def test_a_flood_that_was_first_does_not_keep_its_victim_waiting(signing_up: SignUpMaker) -> None:
    """Eve's address was entered by a machine, whose confirmation waits behind thousands."""
    subscribe(signing_up(trust=Trust.UNPROVEN))
    subscribe(signing_up(trust=Trust.PROVEN))
    assert TransactionalMessage.objects.get().trust == Trust.PROVEN


def test_a_sign_up_hands_its_trust_on_to_its_answer(
    signing_up: SignUpMaker, ada: Subscriber
) -> None:
    subscribe(signing_up(trust=Trust.DOUBTFUL))
    subscribe(signing_up(ada.email, trust=Trust.UNPROVEN))
    trusted = dict(TransactionalMessage.objects.values_list("kind", "trust"))
    assert trusted == {"confirmation": Trust.DOUBTFUL, "already_subscribed": Trust.UNPROVEN}


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_with_one_mailbox_in_hand_one_asks(signing_up: SignUpMaker) -> None:
    ids = [store_sign_up(signing_up(f"a{'.' * (n % 2)}da+{n}@gmail.com")).pk for n in range(8)]

    def handle(pk: int) -> bool:
        try:
            return handle_submission(pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        handled = list(pool.map(handle, ids * 2))

    assert handled.count(True) == len(ids)
    assert not FormSubmission.objects.exists()
    assert TransactionalMessage.objects.count() == 1


@pytest.mark.usefixtures("brand")
def test_a_bombed_mailbox_gets_one_mail_wherever_it_is_bombed_from(
    client: Client,
    mailed: Mailed,
    topic: Topic,
) -> None:
    for number in range(200):
        spelling = f"{'.' * (number % 2)}".join(("vic", "tim")) + f"+{number}@gmail.com"
        answer = client.post(
            "/subscribe/",
            {"email": spelling, "topics": topic.slug},
            REMOTE_ADDR=f"10.{number}.0.1",
        )
        assert answer.status_code == 302, "it is silent: an answer would tell"
    mailed("victim@gmail.com")
    assert TransactionalMessage.objects.count() == 1
