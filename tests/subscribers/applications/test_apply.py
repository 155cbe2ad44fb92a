"""Applying: the owner of an address is asked, once a day, and nothing shows what is known of it."""

import pytest

from newsletter.core.addresses import address_digest
from newsletter.models import TransactionalMessage
from subscribers.applications.apply import MOST_PENDING, apply
from subscribers.models import Application, ConsentRecord, Subscriber, Subscription, Topic
from subscribers.states import (
    ApplicationStatus,
    ConsentAction,
    SubscriptionStatus,
    SuppressionReason,
)
from subscribers.suppression.registry import suppress
from tests.conftest import MakeSubscriber
from tests.subscribers.applications.applying import LEA, new_application
from tests.subscribers.consent.messages import hours_pass, kinds


def test_an_application_waits_for_its_confirmation_and_nothing_is_known_of_the_person(
    legislators: Topic,
) -> None:
    made = apply(new_application(legislators))
    assert made is not None
    assert made.status == ApplicationStatus.PENDING
    assert made.subscription.status == SubscriptionStatus.PENDING
    assert kinds(LEA) == ["application_confirmation"]
    lea = Subscriber.objects.get()
    assert (lea.full_name, lea.country, lea.institution) == ("", "", "")
    evidence = ConsentRecord.objects.get()
    assert (evidence.action, evidence.words) == (ConsentAction.REQUESTED, "I agree.")


def test_the_question_holds_nothing_that_was_typed(legislators: Topic) -> None:
    apply(new_application(legislators))
    message = TransactionalMessage.objects.get()
    everything = f"{message.subject} {message.html} {message.text} {message.to_name}"
    for typed in ("Lea", "Novak", "Assembly", "drafting", "members/novak"):
        assert typed not in everything
    assert "Legislators" in everything


def test_an_address_gets_one_question_a_day_however_often_it_is_entered(
    legislators: Topic,
) -> None:
    for number in range(12):
        apply(new_application(legislators, full_name=f"Attacker {number}"))
    assert kinds(LEA) == ["application_confirmation"]
    assert Application.objects.count() == MOST_PENDING
    newest = Application.objects.order_by("-pk").first()
    assert newest is not None
    assert newest.full_name == "Attacker 11"
    hours_pass(25)
    apply(new_application(legislators))
    assert kinds(LEA) == ["application_confirmation"] * 2


def test_a_suppressed_address_leaves_no_trace(legislators: Topic) -> None:
    suppress(address_digest(LEA), reason=SuppressionReason.NEVER_AGAIN)
    assert apply(new_application(legislators)) is None
    assert not Subscriber.objects.exists()
    assert not Application.objects.exists()
    assert not TransactionalMessage.objects.exists()


def test_whoever_waits_for_staff_is_told_so_and_the_application_stays(leas: Application) -> None:
    hours_pass(25)
    assert apply(new_application(leas.subscription.topic, full_name="Another")) is None
    assert kinds(LEA)[-1] == "already_applied"
    assert Application.objects.get().full_name == "Lea Novak"


def test_whoever_follows_the_topic_is_told_so(
    legislators: Topic, make_subscriber: MakeSubscriber
) -> None:
    make_subscriber(LEA, topic=legislators)
    assert apply(new_application(legislators)) is None
    assert kinds(LEA) == ["already_subscribed"]
    assert not Application.objects.exists()


@pytest.mark.parametrize("status", [SubscriptionStatus.DECLINED, SubscriptionStatus.UNSUBSCRIBED])
def test_whoever_was_declined_or_has_left_may_apply_again(
    legislators: Topic, make_subscriber: MakeSubscriber, status: SubscriptionStatus
) -> None:
    make_subscriber(LEA, topic=legislators, status=status)
    assert apply(new_application(legislators)) is not None
    assert Subscription.objects.get().status == SubscriptionStatus.PENDING
    assert kinds(LEA) == ["application_confirmation"]


def test_the_question_is_in_the_language_of_the_form(legislators: Topic) -> None:
    apply(new_application(legislators, language="es"))
    assert 'lang="es"' in TransactionalMessage.objects.get().html
