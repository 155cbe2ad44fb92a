"""Accepting an invitation: by a press, once, and never after an opt-out that forbids all mail."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import Brand
from subscribers.consent.unsubscribe import unsubscribe, unsubscribe_all
from subscribers.invitations.accept import accept_invitation, open_invitation
from subscribers.invitations.invite import invite
from subscribers.models import (
    Application,
    ConsentRecord,
    Subscriber,
    Subscription,
    Suppression,
    Topic,
    TopicInvitation,
)
from subscribers.people.held_data.files import as_json
from subscribers.retention.expire import forget_expired
from subscribers.states import ConsentMethod, SubscriptionStatus, SuppressionReason
from subscribers.suppression.policy import lift_by_opt_in
from subscribers.suppression.registry import suppress
from tests.conftest import MakeSubscriber
from tests.subscribers.applications.applying import LEA, waiting_application
from tests.subscribers.consent.messages import kinds

EVE = "eve@example.org"


@pytest.fixture
def private(brand: Brand) -> Topic:
    return Topic.objects.create(
        slug="advisers", name="Advisers", is_public=False, is_moderated=True
    )


@pytest.fixture
def invitation(private: Topic, sam: User) -> TopicInvitation:
    made = invite(private, EVE, language="es", by=sam)
    assert made is not None
    return made


def test_whoever_accepts_follows_and_their_consent_is_on_record(
    invitation: TopicInvitation,
) -> None:
    assert accept_invitation(invitation.pk, network="192.0.2.0/24") == invitation.topic
    eve = Subscriber.objects.get()
    assert (eve.email, eve.language) == (EVE, "es")
    assert eve.subscriptions.get().status == SubscriptionStatus.CONFIRMED, "nobody reviews it"
    confirmed = ConsentRecord.objects.get(action="confirmed")
    assert (confirmed.staff, confirmed.details) == ("sam", {})
    assert "“Advisers”" in confirmed.words
    assert kinds(EVE) == ["topic_invitation", "welcome"]


def test_it_is_accepted_once_and_brings_nobody_back(invitation: TopicInvitation) -> None:
    accept_invitation(invitation.pk)
    unsubscribe(Subscription.objects.get().pk, method=ConsentMethod.ONE_CLICK)
    assert open_invitation(invitation.pk) is None
    assert accept_invitation(invitation.pk) is None
    assert Subscription.objects.get().status == SubscriptionStatus.UNSUBSCRIBED


def test_it_ends(invitation: TopicInvitation) -> None:
    TopicInvitation.objects.update(
        created_at=timezone.now() - settings.KEEP_INVITATIONS - timedelta(seconds=1)
    )
    assert accept_invitation(invitation.pk) is None
    assert forget_expired().invitations == 1
    assert not Subscriber.objects.exists()


def test_whoever_blocked_all_mail_since_does_not_follow(invitation: TopicInvitation) -> None:
    suppress(address_digest(EVE), reason=SuppressionReason.NEVER_AGAIN)
    assert accept_invitation(invitation.pk) is None
    assert not Subscriber.objects.exists()


def test_whoever_applied_meanwhile_is_accepted(sam: User, private: Topic) -> None:
    invited = invite(private, LEA, language="en", by=sam)
    application = waiting_application(private)
    assert invited is not None
    assert accept_invitation(invited.pk) == private
    application.refresh_from_db()
    assert (application.status, application.decided_by) == ("accepted", "sam")
    assert application.subscription.status == SubscriptionStatus.CONFIRMED
    assert Application.objects.count() == 1


@pytest.mark.parametrize("everything", [True, False])
def test_it_does_not_bring_back_whoever_followed_by_another_way_and_left(
    invitation: TopicInvitation, make_subscriber: MakeSubscriber, *, everything: bool
) -> None:
    eve = make_subscriber(EVE, topic=invitation.topic)
    if everything:
        unsubscribe_all(eve.pk, method=ConsentMethod.PREFERENCES)
    else:
        unsubscribe(eve.subscriptions.get().pk, method=ConsentMethod.ONE_CLICK)
    assert open_invitation(invitation.pk) is None
    assert accept_invitation(invitation.pk) is None
    assert eve.subscriptions.get().status == SubscriptionStatus.UNSUBSCRIBED
    assert not Suppression.objects.exclude(lifted_at=None).exists(), "nothing is lifted"


def test_an_opt_out_that_was_taken_back_ends_it_and_one_of_another_topic_does_not(
    invitation: TopicInvitation, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    eve = make_subscriber(EVE, topic=topic)
    unsubscribe(eve.subscriptions.get().pk, method=ConsentMethod.ONE_CLICK)
    assert open_invitation(invitation.pk) is not None
    suppress(eve.digest, reason=SuppressionReason.UNSUBSCRIBED_ALL)
    lift_by_opt_in(eve.digest)
    assert open_invitation(invitation.pk) is None


def test_whoever_left_before_they_were_invited_again_may_accept(
    invitation: TopicInvitation,
) -> None:
    suppressed = suppress(invitation.digest, reason=SuppressionReason.UNSUBSCRIBED_ALL)
    Suppression.objects.filter(pk=suppressed.pk).update(
        created_at=invitation.created_at - timedelta(days=1)
    )
    assert accept_invitation(invitation.pk) == invitation.topic


@pytest.mark.parametrize("is_old", [True, False])
def test_their_download_does_not_name_who_invited_them(
    private: Topic, sam: User, *, is_old: bool
) -> None:
    sam.username = "the.inviter"
    sam.save()
    made = invite(private, EVE, language="en", by=sam)
    assert made is not None
    accept_invitation(made.pk)
    if is_old:
        # As records were written once.
        ConsentRecord.objects.update(staff="", details={"invited_by": "the.inviter", "kept": 1})
    file = as_json(Subscriber.objects.get())
    assert EVE in file
    assert "the.inviter" not in file
    assert ("kept" in file) is is_old
