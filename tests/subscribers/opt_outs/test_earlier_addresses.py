"""The earlier addresses of a person are found over any number of changes, and nobody else's."""

import pytest
from pytest_django import DjangoAssertNumQueries

from newsletter.core.addresses import address_digest
from subscribers.models import Subscriber, Topic
from subscribers.opt_outs.earlier_addresses import earlier_digests
from tests.conftest import MakeSubscriber
from tests.subscribers.own_address import change_own_address

pytestmark = pytest.mark.services

FIRST, SECOND, THIRD = "ada@example.nz", "ada@example.org", "ada@example.com"


def digests(*addresses: str) -> set[str]:
    return {address_digest(address) for address in addresses}


def moved(subscriber: Subscriber, *addresses: str) -> str:
    """Change the address several times, and return the digest of the last one."""
    for address in addresses:
        change_own_address(subscriber.pk, to=address)
    return address_digest(addresses[-1])


def test_a_chain_of_addresses_is_followed_to_its_begin(ada: Subscriber) -> None:
    present = moved(ada, SECOND, THIRD, "ada@example.net")

    assert earlier_digests({present}) == {present: digests(FIRST, SECOND, THIRD)}


def test_who_went_back_to_the_first_address_had_the_others(ada: Subscriber) -> None:
    present = moved(ada, SECOND, THIRD, FIRST)

    assert present == ada.digest
    assert earlier_digests({present}) == {present: digests(SECOND, THIRD)}


def test_an_address_that_is_anothers_by_now_is_left_out(
    ada: Subscriber, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    present = moved(ada, SECOND, THIRD)
    make_subscriber(SECOND, topic=topic)

    assert earlier_digests({present}) == {present: digests(FIRST)}


def test_each_person_has_their_own(
    ada: Subscriber, cleo: Subscriber, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    eve = make_subscriber("eve@example.org", topic=topic)
    adas = moved(ada, SECOND, THIRD)
    eves = moved(eve, "eve@example.com")

    found = earlier_digests({adas, eves, cleo.digest})

    assert found == {adas: digests(FIRST, SECOND), eves: digests("eve@example.org")}


def test_where_nobody_moved_two_questions_are_enough(
    ada: Subscriber, dora: Subscriber, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        assert earlier_digests({ada.digest, dora.digest}) == {}
