"""Staff invite an address: once, never somebody who opted out, and nothing follows by itself."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import AuditEntry, Brand, TransactionalMessage
from newsletter.outbox.send_again import MessageActionRefused, send_again
from newsletter.states import MessageStatus
from subscribers.consent.unsubscribe import unsubscribe
from subscribers.invitations.accept import open_invitation
from subscribers.invitations.invite import invite
from subscribers.models import Subscriber, Topic, TopicInvitation
from subscribers.people.erase import erase
from subscribers.states import ConsentMethod, SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import suppress
from tests.conftest import MakeSubscriber
from tests.subscribers.consent.messages import kinds

EVE = "eve@example.org"


@pytest.fixture
def private(brand: Brand) -> Topic:
    return Topic.objects.create(slug="advisers", name="Advisers", is_public=False)


def test_an_invitation_is_mailed_and_nobody_follows_yet(private: Topic, sam: User) -> None:
    made = invite(private, EVE, language="es", by=sam)
    assert made is not None
    message = TransactionalMessage.objects.get()
    assert (message.kind, message.to, message.topic_id) == ("topic_invitation", EVE, private.pk)
    assert "Advisers" in message.text
    assert 'lang="es"' in message.html
    assert not Subscriber.objects.exists()
    entry = AuditEntry.objects.get(action="topic.invited")
    assert EVE not in str(entry.details) + entry.object_label


def test_an_address_is_invited_once(private: Topic, sam: User) -> None:
    invite(private, EVE, language="en", by=sam)
    assert invite(private, EVE.upper(), language="en", by=sam) is None
    assert kinds(EVE) == ["topic_invitation"]


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_whoever_opted_out_in_any_way_is_not_invited(
    private: Topic, sam: User, reason: SuppressionReason
) -> None:
    suppress(address_digest(EVE), reason=reason)
    assert invite(private, EVE, language="en", by=sam) is None
    assert not TransactionalMessage.objects.exists()
    assert open_invitation(TopicInvitation.objects.get().pk) is None


def test_whoever_has_left_the_topic_is_not_invited(
    private: Topic, sam: User, make_subscriber: MakeSubscriber
) -> None:
    eve = make_subscriber(EVE, topic=private)
    unsubscribe(eve.subscriptions.get().pk, method=ConsentMethod.ONE_CLICK)
    assert invite(private, EVE, language="en", by=sam) is None
    eve.delete()
    assert invite(private, EVE, language="en", by=sam) is None, "the record outlives the row"


@pytest.mark.parametrize(
    "status", [SubscriptionStatus.CONFIRMED, SubscriptionStatus.AWAITING_REVIEW]
)
def test_whoever_follows_or_waits_is_not_invited(
    private: Topic, sam: User, make_subscriber: MakeSubscriber, status: SubscriptionStatus
) -> None:
    make_subscriber(EVE, topic=private, status=status)
    assert invite(private, EVE, language="en", by=sam) is None


def test_an_erasure_takes_the_invitation_with_it(private: Topic, sam: User) -> None:
    invite(private, EVE, language="en", by=sam)
    erase(EVE, staff="sam")
    assert not TopicInvitation.objects.exists()
    assert invite(private, EVE, language="en", by=sam) is None, "they asked not to be kept"


def test_one_that_failed_is_sent_again_while_its_link_works(private: Topic, sam: User) -> None:
    invite(private, EVE, language="en", by=sam)
    message = failed_long_ago()
    send_again(message.pk, by="sam")
    message.refresh_from_db()
    assert message.status == MessageStatus.QUEUED


@pytest.mark.parametrize("reason", [SuppressionReason.UNSUBSCRIBED_ALL, None])
def test_one_that_failed_is_not_sent_to_whoever_opted_out_since(
    private: Topic,
    sam: User,
    make_subscriber: MakeSubscriber,
    reason: SuppressionReason | None,
) -> None:
    invite(private, EVE, language="en", by=sam)
    if reason:
        suppress(address_digest(EVE), reason=reason)
    else:
        eve = make_subscriber(EVE, topic=private)
        unsubscribe(eve.subscriptions.get().pk, method=ConsentMethod.ONE_CLICK)
    with pytest.raises(MessageActionRefused, match="opted out"):
        send_again(failed_long_ago().pk, by="sam")


def failed_long_ago() -> TransactionalMessage:
    """Let the invitation's message have failed, 29 days ago."""
    then = timezone.now() - timedelta(days=29)
    TransactionalMessage.objects.update(status=MessageStatus.FAILED, created_at=then)
    return TransactionalMessage.objects.get(kind="topic_invitation")
