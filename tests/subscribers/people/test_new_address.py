"""A new address counts once, when its owner has confirmed it, and only the last one asked for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.core.waiting_rows import SWEEP_AFTER
from newsletter.models import Brand, TransactionalMessage
from subscribers.models import AddressChange, Subscriber, Topic
from subscribers.people.change_address import use_address
from subscribers.people.erase import erase
from subscribers.people.new_address import (
    ask_for_address,
    handle_address_change,
    sweep_address_changes,
)
from subscribers.states import SuppressionReason
from subscribers.suppression.registry import suppress
from tests.conftest import MakeSubscriber

NEW = "ada.king@example.co.nz"


def asked(subscriber: Subscriber, to: str = NEW) -> AddressChange:
    change = ask_for_address(subscriber.pk, to=to)
    assert change is not None
    return change


def address_of(subscriber: Subscriber) -> str:
    return Subscriber.objects.get(pk=subscriber.pk).email


def questions() -> list[str]:
    rows = TransactionalMessage.objects.filter(kind="new_address").order_by("id")
    return list(rows.values_list("to", flat=True))


def test_the_address_is_used_once(brand: Brand, ada: Subscriber) -> None:
    change = asked(ada)

    assert use_address(change.pk)
    assert address_of(ada) == NEW
    assert not use_address(change.pk)
    assert TransactionalMessage.objects.filter(kind="address_changed").count() == 1


def test_only_what_was_asked_for_last_counts(brand: Brand, ada: Subscriber) -> None:
    first = asked(ada, "first@example.org")
    second = asked(ada, "second@example.org")

    assert not use_address(first.pk)
    assert address_of(ada) == ada.email
    assert use_address(second.pk)
    assert address_of(ada) == "second@example.org"


def test_an_address_that_is_anothers_meanwhile_is_not_taken_from_them(
    ada: Subscriber, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    change = asked(ada)
    other = make_subscriber(NEW, topic=topic)

    assert not use_address(change.pk)

    assert address_of(ada) == ada.email
    assert address_of(other) == NEW


def test_an_address_that_is_blocked_meanwhile_is_not_used(ada: Subscriber) -> None:
    change = asked(ada)
    suppress(address_digest(NEW), reason=SuppressionReason.NEVER_AGAIN)

    assert not use_address(change.pk)
    assert address_of(ada) == ada.email


def test_nobody_asks_for_one_who_was_erased(ada: Subscriber) -> None:
    change = asked(ada)
    erase(ada.pk)

    assert ask_for_address(ada.pk, to=NEW) is None
    assert not AddressChange.objects.exists()
    assert not use_address(change.pk)
    assert not handle_address_change(change.pk)


def test_the_owner_of_the_new_address_is_asked_once(brand: Brand, ada: Subscriber) -> None:
    change = asked(ada)

    assert handle_address_change(change.pk)
    assert not handle_address_change(change.pk)
    assert questions() == [NEW]


@pytest.mark.parametrize("why", ["another's", "blocked"])
def test_whoever_must_not_be_asked_is_not_and_the_change_is_done_with(
    brand: Brand, ada: Subscriber, topic: Topic, make_subscriber: MakeSubscriber, why: str
) -> None:
    change = asked(ada)
    if why == "another's":
        make_subscriber(NEW, topic=topic)
    else:
        suppress(address_digest(NEW), reason=SuppressionReason.UNSUBSCRIBED_ALL)

    assert handle_address_change(change.pk)

    assert questions() == []
    assert AddressChange.objects.get().handled_at


def test_what_no_worker_was_woken_for_is_found_after_a_moment(
    brand: Brand, ada: Subscriber, ben: Subscriber
) -> None:
    asked(ada)
    asked(ben, "ben.okri@example.org")
    now = timezone.now()

    assert sweep_address_changes(now=now) == 0
    assert questions() == []
    later = now + SWEEP_AFTER + timedelta(seconds=1)
    assert sweep_address_changes(now=later) == 2
    assert questions() == [NEW, "ben.okri@example.org"]
    assert sweep_address_changes(now=later) == 0
