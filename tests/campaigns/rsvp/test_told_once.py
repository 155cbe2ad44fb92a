"""Nobody hears twice of what was stopped, drafted anew or changed again in between."""

import pytest
from django.utils import timezone

from campaigns.audience.resolve import estimate
from campaigns.event_states import RsvpAnswer
from campaigns.models import Event
from campaigns.rsvp.tell_guests import tell_guests
from campaigns.sending.pause_cancel_undo import cancel
from subscribers.models import Subscriber, Subscription, Topic
from tests.campaigns.rsvp.test_told_apart import answer, invite, move, send, start, telling, told

pytestmark = pytest.mark.django_db


def test_after_an_update_that_was_stopped_the_one_before_tells_nobody_else(
    meeting: Event, topic: Topic, brand: object, ada: Subscriber
) -> None:
    answer(meeting, "ina", RsvpAnswer.YES)
    invite(meeting, topic, ada)
    move(meeting)
    send(telling()[0])
    move(meeting, to="Town hall")  # before the clock came
    start(telling()[1])
    assert tell_guests() == 1

    cancel(telling()[1].pk)

    assert tell_guests() == 0
    assert told()["ina@guests.example"] == 1


def test_a_draft_for_a_topic_that_needs_none_any_more_tells_nobody_twice(
    meeting: Event, topic: Topic, other_topic: Topic, brand: object, ada: Subscriber
) -> None:
    Subscription.objects.create(
        subscriber=ada, topic=other_topic, status="confirmed", changed_at=timezone.now()
    )
    answer(meeting, ada, RsvpAnswer.YES)
    move(meeting)
    (guessed,) = telling()
    invited = other_topic if guessed.topic == topic else topic
    invite(meeting, invited, ada)
    move(meeting, to="Town hall")

    of_guessed, of_invited = telling()
    send(of_invited)
    assert estimate(of_guessed).receive == 0
    tell_guests()
    assert told() == {ada.email: 1}
