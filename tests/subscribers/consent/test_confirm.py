"""Confirming: as often as one likes, and never against a later decision."""

from typing import Any

import pytest

from newsletter.core.addresses import address_digest
from newsletter.models import Brand, TransactionalMessage
from subscribers.consent.confirm import (
    AlreadyConfirmed,
    Confirmed,
    Gone,
    NeedsApplication,
    NothingToConfirm,
    Waiting,
    confirm,
    look,
)
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.models import AddressChange, ConsentRecord, Subscriber, Subscription, Topic
from subscribers.people.change_address import change_address
from subscribers.people.erase import erase
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus
from tests.conftest import MakeSubscriber

LINK = ConsentMethod.MAIL_LINK


def sign_up(email: str, *topics: Topic, **said: str) -> Subscriber:
    given: dict[str, Any] = {"words": "Yes, write to me.", "method": ConsentMethod.FORM, **said}
    subscribe(SignUp(email=email, topics=topics, **given))
    return Subscriber.objects.get(email=email)


def test_confirming_follows_the_topic_records_the_words_and_welcomes_once(
    brand: Brand, topic: Topic
) -> None:
    eve = sign_up("eve@example.org", topic)
    assert confirm(eve.pk, method=LINK, network="192.0.2.0/24") == Confirmed((topic,), ())
    assert Subscription.objects.get().status == SubscriptionStatus.CONFIRMED
    record = ConsentRecord.objects.get(action=ConsentAction.CONFIRMED)
    assert (record.words, record.method, record.network) == (
        "Yes, write to me.",
        "mail_link",
        "192.0.2.0/24",
    )
    assert confirm(eve.pk, method=LINK) == AlreadyConfirmed((topic,), ())
    assert TransactionalMessage.objects.filter(kind="welcome").count() == 1
    assert ConsentRecord.objects.filter(action=ConsentAction.CONFIRMED).count() == 1


def test_confirming_takes_over_what_the_sign_up_said(brand: Brand, topic: Topic) -> None:
    eve = sign_up(
        "eve@example.org",
        topic,
        full_name="Eve Adams",
        country="NZ",
        time_zone="Pacific/Auckland",
        language="en",
    )
    waiting = look(eve.pk)
    assert isinstance(waiting, Waiting)
    assert waiting.details == {
        "full_name": "Eve Adams",
        "country": "NZ",
        "time_zone": "Pacific/Auckland",
    }
    confirm(eve.pk, method=LINK)
    eve.refresh_from_db()
    assert (eve.full_name, eve.given_name, str(eve.country), eve.time_zone) == (
        "Eve Adams",
        "Eve",
        "NZ",
        "Pacific/Auckland",
    )


def test_a_moderated_topic_needs_an_application_and_keeps_no_other_from_being_confirmed(
    brand: Brand, topic: Topic
) -> None:
    moderated = Topic.objects.create(slug="legislators", name="Legislators", is_moderated=True)
    eve = sign_up("eve@example.org", moderated)
    assert look(eve.pk) == confirm(eve.pk, method=LINK) == NeedsApplication((moderated,))
    assert Subscription.objects.get().status == SubscriptionStatus.PENDING
    assert not TransactionalMessage.objects.filter(kind="welcome").exists()
    sign_up("eve@example.org", topic)
    assert confirm(eve.pk, method=LINK) == Confirmed((topic,), ())
    assert Subscription.objects.get(topic=moderated).status == SubscriptionStatus.PENDING


def test_only_what_was_ticked_is_confirmed(brand: Brand, topic: Topic, other_topic: Topic) -> None:
    eve = sign_up("eve@example.org", topic, other_topic)
    assert confirm(eve.pk, method=LINK, only=[other_topic.pk]) == Confirmed((other_topic,), ())
    assert Subscription.objects.get(topic=topic).status == SubscriptionStatus.PENDING


def test_an_old_link_brings_nobody_back(brand: Brand, topic: Topic) -> None:
    eve = sign_up("eve@example.org", topic)
    confirm(eve.pk, method=LINK)
    unsubscribe_all(eve.pk, method=LINK)
    assert isinstance(confirm(eve.pk, method=LINK), NothingToConfirm)
    assert Subscription.objects.get().status == SubscriptionStatus.UNSUBSCRIBED


@pytest.mark.parametrize("status", [SubscriptionStatus.DECLINED, SubscriptionStatus.UNSUBSCRIBED])
def test_what_was_left_or_declined_stays_so(
    brand: Brand, topic: Topic, make_subscriber: MakeSubscriber, status: SubscriptionStatus
) -> None:
    subscriber = make_subscriber("fay@example.org", topic=topic, status=status)
    assert isinstance(confirm(subscriber.pk, method=LINK), NothingToConfirm)
    assert Subscription.objects.get().status == status


def test_nobody_is_known_by_an_id_that_was_never_given_or_is_no_more(db: None) -> None:
    assert isinstance(confirm(0, method=LINK), Gone)
    assert isinstance(look(2**48 - 1), Gone)


def test_looking_changes_nothing(brand: Brand, topic: Topic) -> None:
    eve = sign_up("eve@example.org", topic)
    for _ in range(3):
        assert isinstance(look(eve.pk), Waiting)
    assert Subscription.objects.get().status == SubscriptionStatus.PENDING


def test_a_web_address_that_was_given_for_a_name_reaches_no_mailbox(
    brand: Brand, topic: Topic
) -> None:
    eve = sign_up("eve@example.org", topic, full_name="Win at evil.com", country="NZ")
    waiting = look(eve.pk)
    assert isinstance(waiting, Waiting)
    assert waiting.details == {"country": "NZ"}
    confirm(eve.pk, method=LINK)
    eve.refresh_from_db()
    assert (eve.full_name, eve.given_name, eve.country.code) == ("", "", "NZ")
    assert {message.to_name for message in TransactionalMessage.objects.all()} == {""}


@pytest.mark.parametrize("by", ["erasure", "change of address"])
def test_whoever_comes_back_is_new_and_their_language_counts(
    brand: Brand, topic: Topic, by: str
) -> None:
    said = {"full_name": "Eve Adams", "language": "ro", "time_zone": "Europe/Bucharest"}
    first = sign_up("eve@example.org", topic, **said)
    confirm(first.pk, method=LINK)
    if by == "erasure":
        erase(first.pk)
    else:
        asked = AddressChange.objects.create(
            subscriber=first, email="new@example.org", digest=address_digest("new@example.org")
        )
        change_address(first.pk, to="new@example.org", asked=asked.pk)
    again = sign_up("eve@example.org", topic, **said)
    assert again.pk != first.pk
    waiting = look(again.pk)
    assert isinstance(waiting, Waiting)
    assert waiting.details == said
    confirm(again.pk, method=LINK)
    again.refresh_from_db()
    assert again.language == "ro"


def test_a_language_that_was_confirmed_stays_whoever_signs_up_with_another(
    brand: Brand, topic: Topic, other_topic: Topic
) -> None:
    eve = sign_up("eve@example.org", topic, language="ro")
    confirm(eve.pk, method=LINK)
    sign_up("eve@example.org", other_topic, language="fr")
    waiting = look(eve.pk)
    assert isinstance(waiting, Waiting)
    assert not waiting.details
