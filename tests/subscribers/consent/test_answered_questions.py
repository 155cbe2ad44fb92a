"""A question that was answered makes no other needless; strangers still cause one mail a day."""

import pytest

from newsletter.core.addresses import address_digest
from newsletter.models import TransactionalMessage
from newsletter.states import MessageStatus
from subscribers.consent.confirm import confirm
from subscribers.consent.submissions import handle_submission, store_address_check
from subscribers.consent.subscribe import subscribe
from subscribers.models import AddressChange, Subscriber
from subscribers.people.change_address import use_address
from subscribers.people.erase import erase
from subscribers.people.new_address import ask_for_address, handle_address_change
from subscribers.states import ConsentMethod
from tests.subscribers.consent.conftest import SignUpMaker
from tests.subscribers.consent.messages import kinds

EVE, NEW = "eve@example.org", "eve.king@example.co.nz"


@pytest.fixture
def eve(signing_up: SignUpMaker) -> Subscriber:
    """Eve signed up and confirmed today."""
    subscribe(signing_up(EVE))
    return presses_the_link(EVE)


def mail_leaves() -> None:
    TransactionalMessage.objects.update(status=MessageStatus.ACCEPTED)


def presses_the_link(email: str) -> Subscriber:
    mail_leaves()
    subscriber = Subscriber.objects.get(digest=address_digest(email))
    confirm(subscriber.pk, method=ConsentMethod.MAIL_LINK)
    return subscriber


def moves(subscriber: Subscriber, to: str) -> None:
    change = ask_for_address(subscriber.pk, to=to)
    assert change is not None
    handle_address_change(change.pk)
    assert kinds(to)[-1] == "new_address"
    mail_leaves()
    assert use_address(change.pk)
    assert not AddressChange.objects.exists()


def test_who_was_erased_today_is_asked_again_when_they_sign_up(
    signing_up: SignUpMaker, eve: Subscriber
) -> None:
    erase(eve.pk, method=ConsentMethod.MAIL_LINK)
    for _ in range(3):
        subscribe(signing_up(EVE))
    assert kinds(EVE) == ["confirmation", "welcome", "erased", "confirmation"]


def test_who_moved_away_today_can_sign_up_with_the_old_address_and_move_back(
    signing_up: SignUpMaker, eve: Subscriber
) -> None:
    moves(eve, NEW)
    moves(eve, EVE)
    moves(eve, NEW)
    subscribe(signing_up(EVE))
    assert kinds(EVE)[-1] == "confirmation"


def test_who_confirmed_today_hears_whether_their_address_follows_anything(
    eve: Subscriber,
) -> None:
    for _ in range(3):
        handle_submission(store_address_check(EVE).pk)
    assert kinds(EVE) == ["confirmation", "welcome", "address_check"]


def test_who_confirmed_today_hears_that_there_is_nothing_to_confirm(
    signing_up: SignUpMaker, eve: Subscriber
) -> None:
    for _ in range(3):
        subscribe(signing_up(EVE))
    assert kinds(EVE) == ["confirmation", "welcome", "already_subscribed"]


def test_strangers_cause_one_more_mail_however_they_spell_the_mailbox(
    signing_up: SignUpMaker,
) -> None:
    for spelling in ("ada@gmail.com", "a.da@gmail.com"):
        subscribe(signing_up(spelling))
    presses_the_link("ada@gmail.com")
    for spelling in ("a.da@gmail.com", "ada+1@gmail.com", "ada@gmail.com", "ada+2@gmail.com"):
        subscribe(signing_up(spelling))
    assert kinds("ada@gmail.com") == ["confirmation", "welcome"]
    assert kinds("a.da@gmail.com") == ["confirmation"]
    assert kinds("ada+1@gmail.com") == []


def test_an_answer_of_an_earlier_day_lets_nothing_through(
    signing_up: SignUpMaker, eve: Subscriber
) -> None:
    erase(eve.pk, method=ConsentMethod.MAIL_LINK)
    subscribe(signing_up(EVE))
    mail_leaves()
    erase(EVE, method=ConsentMethod.STAFF, is_told=False)
    subscribe(signing_up(EVE))
    assert kinds(EVE).count("confirmation") == 2, "the second one was answered by nobody"


def test_an_answer_by_staff_or_on_a_page_uses_no_question_up(signing_up: SignUpMaker) -> None:
    subscribe(signing_up(EVE))
    subscriber = Subscriber.objects.get(digest=address_digest(EVE))
    confirm(subscriber.pk, method=ConsentMethod.STAFF)
    subscribe(signing_up(EVE))
    assert kinds(EVE) == ["confirmation", "welcome"]
