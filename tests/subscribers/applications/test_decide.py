"""Deciding: once, with a consent record, an entry in the audit log, and an email."""

import pytest
from django.contrib.auth.models import User

from newsletter.models import AuditEntry, TransactionalMessage
from subscribers.applications.decide import DecisionResult, accept, decline
from subscribers.consent.unsubscribe import unsubscribe
from subscribers.models import Application, ConsentRecord, Subscription
from subscribers.people.erase import erase
from subscribers.queries import followers
from subscribers.states import (
    ApplicationStatus,
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
    SuppressionReason,
)
from subscribers.suppression.registry import suppress
from tests.subscribers.applications.applying import LEA
from tests.subscribers.consent.messages import kinds


def test_whoever_is_accepted_follows_the_topic_and_is_welcomed(
    leas: Application, sam: User
) -> None:
    topic = leas.subscription.topic
    assert not followers(topic).exists()
    assert accept(leas.pk, by=sam) is DecisionResult.MADE
    leas.refresh_from_db()
    assert (leas.status, leas.decided_by) == (ApplicationStatus.ACCEPTED, "sam")
    assert leas.decided_at is not None
    assert followers(topic).get().email == LEA
    record = ConsentRecord.objects.get(action=ConsentAction.ACCEPTED)
    assert (record.method, record.staff, record.words) == ("staff", "sam", "I agree.")
    assert kinds(LEA)[-1] == "application_accepted"
    entry = AuditEntry.objects.get(action="application.accepted")
    assert (entry.object_id, entry.topic_id) == (str(leas.pk), topic.pk)
    assert "Novak" not in entry.object_label


def test_whoever_is_declined_is_told_in_the_words_of_staff(leas: Application, sam: User) -> None:
    message = "Dear Lea,\n\nWe are sorry.\n\nThe taskforce <b>now</b>"
    assert decline(leas.pk, by=sam, message=message) is DecisionResult.MADE
    leas.refresh_from_db()
    assert leas.status == ApplicationStatus.DECLINED
    assert leas.subscription.status == SubscriptionStatus.DECLINED
    assert ConsentRecord.objects.get(action=ConsentAction.DECLINED).staff == "sam"
    sent = TransactionalMessage.objects.get(kind="application_declined")
    assert "We are sorry." in sent.text
    assert "<b>now</b>" not in sent.html, "it is text, and no markup"
    assert AuditEntry.objects.filter(action="application.declined").count() == 1


def test_it_can_be_declined_without_an_email(leas: Application, sam: User) -> None:
    assert decline(leas.pk, by=sam, message="") is DecisionResult.MADE
    assert "application_declined" not in kinds(LEA)


def test_of_two_decisions_the_first_counts(leas: Application, sam: User) -> None:
    accept(leas.pk, by=sam)
    assert decline(leas.pk, by=sam, message="Sorry.") is DecisionResult.TOO_LATE
    assert accept(leas.pk, by=sam) is DecisionResult.TOO_LATE
    leas.refresh_from_db()
    assert leas.status == ApplicationStatus.ACCEPTED
    assert leas.subscription.status == SubscriptionStatus.CONFIRMED
    assert kinds(LEA).count("application_accepted") == 1
    assert ConsentRecord.objects.filter(action=ConsentAction.DECLINED).count() == 0


def test_whoever_has_left_meanwhile_is_not_subscribed(leas: Application, sam: User) -> None:
    unsubscribe(leas.subscription_id, method=ConsentMethod.PREFERENCES)
    leas.refresh_from_db()
    assert leas.status == ApplicationStatus.WITHDRAWN
    assert accept(leas.pk, by=sam) is DecisionResult.TOO_LATE
    assert Subscription.objects.get().status == SubscriptionStatus.UNSUBSCRIBED
    assert kinds(LEA) == ["application_confirmation"]


def test_an_opt_out_that_an_import_brought_withdraws_it_at_the_decision(
    leas: Application, sam: User
) -> None:
    Subscription.objects.update(status=SubscriptionStatus.UNSUBSCRIBED)
    assert accept(leas.pk, by=sam) is DecisionResult.TOO_LATE
    leas.refresh_from_db()
    assert leas.status == ApplicationStatus.WITHDRAWN
    assert Subscription.objects.get().status == SubscriptionStatus.UNSUBSCRIBED


def test_one_that_nobody_confirmed_can_not_be_decided(leas: Application, sam: User) -> None:
    Application.objects.update(status=ApplicationStatus.PENDING)
    Subscription.objects.update(status=SubscriptionStatus.PENDING)
    assert accept(leas.pk, by=sam) is DecisionResult.TOO_LATE
    assert Subscription.objects.get().status == SubscriptionStatus.PENDING


def test_an_erased_person_is_gone_with_all_that_they_wrote(leas: Application, sam: User) -> None:
    erase(leas.subscription.subscriber_id, method=ConsentMethod.MAIL_LINK)
    assert not Application.objects.exists()
    assert accept(leas.pk, by=sam) is DecisionResult.TOO_LATE


@pytest.mark.parametrize("is_accepted", [True, False])
def test_a_suppressed_address_gets_no_email_about_the_decision(
    leas: Application, sam: User, *, is_accepted: bool
) -> None:
    suppress(leas.subscription.subscriber.digest, reason=SuppressionReason.HARD_BOUNCE)
    if is_accepted:
        accept(leas.pk, by=sam)
    else:
        decline(leas.pk, by=sam, message="Sorry.")
    assert kinds(LEA) == ["application_confirmation"]
