"""A message that was cut short shuts nobody out: it is repeated once in its day, and no more."""

from uuid import uuid4

import pytest
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import Brand
from subscribers.consent.mail import send_preferences_link, send_welcome
from subscribers.consent.subscribe import subscribe
from subscribers.models import AddressChange, Subscriber, Topic
from subscribers.people.mail import send_new_address_link
from tests.subscribers.consent.conftest import SignUpMaker
from tests.subscribers.consent.messages import ends, hours_pass, kinds

EVE = "eve@example.org"


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
