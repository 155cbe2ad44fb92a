"""Whoever answered, and whose campaign email reached nobody, hears by a message of their own."""

import pytest

from campaigns.event_states import RsvpAnswer
from campaigns.models import Delivery, Event
from campaigns.rsvp.tell_guests import tell_guests
from campaigns.states import DeliveryStatus
from subscribers.models import Subscriber, Suppression, Topic
from tests.campaigns.rsvp.test_told_apart import answer, invite, move, start, telling, told

pytestmark = pytest.mark.django_db


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    ("status", "is_told"),
    [
        (DeliveryStatus.SKIPPED, True),
        (DeliveryStatus.FAILED, True),
        (DeliveryStatus.BOUNCED, True),
        (DeliveryStatus.UNCERTAIN, False),
        (DeliveryStatus.DELIVERED, False),
    ],
)
def test_only_whom_the_email_did_not_reach_and_will_not(
    meeting: Event,
    topic: Topic,
    brand: object,
    ada: Subscriber,
    status: DeliveryStatus,
    is_told: bool,
) -> None:
    answer(meeting, ada, RsvpAnswer.YES)
    invite(meeting, topic, ada)
    move(meeting)
    (draft,) = telling()
    start(draft)
    Delivery.objects.filter(campaign=draft).update(status=status)
    assert tell_guests() == is_told
    assert tell_guests() == 0
    assert told() == ({ada.email: 1} if is_told else {})


def test_a_mailbox_that_does_not_exist_is_not_written_to_again(
    meeting: Event, topic: Topic, brand: object, ada: Subscriber
) -> None:
    answer(meeting, ada, RsvpAnswer.YES)
    invite(meeting, topic, ada)
    move(meeting)
    (draft,) = telling()
    start(draft)
    Delivery.objects.filter(campaign=draft).update(status=DeliveryStatus.BOUNCED)
    Suppression.objects.create(digest=ada.digest, reason="hard_bounce", scope="all")
    assert tell_guests() == 0
