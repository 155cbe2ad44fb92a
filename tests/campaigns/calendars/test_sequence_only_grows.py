"""Nobody's calendar gets an event as it was, after it got it as it is since."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.events.schedule import change_event
from campaigns.models import Audience, Campaign, CampaignContent, Delivery, Event
from campaigns.review.approval import approve
from campaigns.sending.claims.claim import Claim, claim
from campaigns.sending.claims.recover import recover_expired
from campaigns.sending.claims.settle import settle
from campaigns.sending.launch import launch_now
from campaigns.sending.resolve import NotResolvable, resolve_uncertain
from campaigns.states import DeliveryStatus
from newsletter.models import InboxMessage
from subscribers.models import Subscriber, Subscription, Topic
from tests.campaigns.calendars.conftest import finish
from tests.campaigns.calendars.test_sent_calendars import text_of
from tests.campaigns.calendars.test_updates import entry
from tests.newsletter.transport.message.test_mime_template import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost(inviting: Event, sending: Campaign) -> Claim:
    """Two emails of an invitation that are in doubt, because their worker is late."""
    lost = claim(sending.pk, size=2)
    recover_expired(now=lost.lease_until + timedelta(seconds=1))
    finish(sending)
    return lost


@pytest.fixture
def twice(lost: Claim, inviting: Event, other_topic: Topic) -> Subscriber:
    """Whoever is the first of them, and got the event as it is since by another topic."""
    twice = Subscriber.objects.get(pk=lost.deliveries[0].subscriber_id)
    Subscription.objects.create(
        subscriber=twice, topic=other_topic, status="confirmed", changed_at=timezone.now()
    )
    change_event(inviting, summary="With coffee")  # which nobody is told of
    second = Campaign.objects.create(name="To the others", topic=other_topic, event=inviting)
    Audience.objects.create(campaign=second)
    CampaignContent.objects.create(
        campaign=second, subject="You are invited", preheader="x", blocks=[{"type": "event_card"}]
    )
    approve(second, by="Sam")
    finish(launch_now(second))
    return twice


def sequences(person: Subscriber) -> list[int]:
    rows = InboxMessage.objects.filter(recipient=person.email).order_by("pk")
    return [int(entry(text_of(read(bytes(row.raw))))["sequence"]) for row in rows]


def statuses(lost: Claim) -> list[str]:
    rows = Delivery.objects.filter(pk__in=[one.pk for one in lost.deliveries]).order_by("pk")
    return list(rows.values_list("status", flat=True))


def test_what_is_in_doubt_goes_again_to_those_alone_who_got_nothing_newer(
    sending: Campaign, lost: Claim, twice: Subscriber
) -> None:
    assert len(sequences(twice)) == 1

    assert resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam") == 1
    finish(sending)

    assert statuses(lost) == [DeliveryStatus.UNCERTAIN, DeliveryStatus.ACCEPTED]
    with pytest.raises(NotResolvable, match="have a newer email with the event"):
        resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam")
    assert len(sequences(twice)) == 1
    assert resolve_uncertain(sending.pk, to=DeliveryStatus.FAILED, by="Sam") == 1


def test_a_late_worker_gives_back_what_nobody_has_newer(
    sending: Campaign, lost: Claim, twice: Subscriber
) -> None:
    settle(lost, {})

    assert statuses(lost) == [DeliveryStatus.SKIPPED, DeliveryStatus.PLANNED]
    finish(sending)
    assert statuses(lost) == [DeliveryStatus.SKIPPED, DeliveryStatus.ACCEPTED]
    assert len(sequences(twice)) == 1


def test_where_nothing_newer_reached_them_it_goes_again(sending: Campaign, lost: Claim) -> None:
    assert resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam") == 2
