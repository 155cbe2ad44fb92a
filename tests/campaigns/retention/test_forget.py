from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from campaigns.models import Campaign, Delivery, Event, Rsvp
from campaigns.retention.forget import forget_delivery_subscribers, forget_expired, forget_rsvps
from campaigns.states import DeliveryStatus
from subscribers.models import Subscriber
from tests.campaigns.conftest import MakeFollowers


@pytest.fixture
def sent(draft: Campaign, followers: MakeFollowers) -> datetime:
    """A campaign that was sent to five just now; returns the time of its launch."""
    now = timezone.now()
    Campaign.objects.update(status="sent", launched_at=now)
    for number, reader in enumerate(followers(5)):
        status = DeliveryStatus.SKIPPED if number == 0 else DeliveryStatus.BOUNCED
        reason = "unsubscribed" if number == 0 else f"550 <{reader.email}> no such user"
        Delivery.objects.create(
            campaign=draft,
            subscriber=reader,
            language="en",
            status=status,
            reason=reason,
            provider_message_id="x",
        )
    return now


def test_deliveries_lose_their_subscriber_in_time_and_the_sums_stay(sent: datetime) -> None:
    assert (
        forget_delivery_subscribers(
            now=sent + settings.KEEP_DELIVERY_SUBSCRIBERS - timedelta(seconds=1)
        )
        == 0
    )
    assert forget_delivery_subscribers(now=sent + settings.KEEP_DELIVERY_SUBSCRIBERS, batch=2) == 5

    assert Delivery.objects.filter(subscriber=None).count() == 5
    assert set(Delivery.objects.values_list("status", "reason", "provider_message_id")) == {
        ("skipped", "unsubscribed", ""),
        ("bounced", "", ""),
    }
    assert Subscriber.objects.count() == 5
    assert forget_delivery_subscribers(now=sent + settings.KEEP_DELIVERY_SUBSCRIBERS) == 0


def test_open_deliveries_are_left_alone(sent: datetime) -> None:
    Delivery.objects.filter(status="bounced").update(status="planned")

    assert forget_delivery_subscribers(now=sent + 2 * settings.KEEP_DELIVERY_SUBSCRIBERS) == 1


@pytest.mark.parametrize("batch", [1, 2, 5, 6])
def test_any_batch_size_forgets_all(sent: datetime, batch: int) -> None:
    assert (
        forget_delivery_subscribers(now=sent + settings.KEEP_DELIVERY_SUBSCRIBERS, batch=batch) == 5
    )


def test_answers_go_after_the_event(event: Event, followers: MakeFollowers) -> None:
    for reader in followers(3):
        Rsvp.objects.create(
            event=event, subscriber=reader, answer="yes", answered_at=timezone.now()
        )

    assert forget_rsvps(now=event.ends_at + settings.KEEP_RSVPS - timedelta(seconds=1)) == 0
    assert forget_rsvps(now=event.ends_at + settings.KEEP_RSVPS, batch=2) == 3
    assert Event.objects.exists()


def test_one_call_does_all(sent: datetime, event: Event) -> None:
    Rsvp.objects.create(
        event=event,
        subscriber=Subscriber.objects.all()[0],
        answer="yes",
        answered_at=timezone.now(),
    )

    assert forget_expired(now=sent + 2 * settings.KEEP_DELIVERY_SUBSCRIBERS) == {
        "deliveries": 5,
        "rsvps": 1,
    }
