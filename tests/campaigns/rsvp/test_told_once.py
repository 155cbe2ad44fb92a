"""Nobody hears twice of what was stopped, drafted anew or changed again in between."""

import pytest

from campaigns.event_states import RsvpAnswer
from campaigns.models import Event
from campaigns.rsvp.tell_guests import tell_guests
from campaigns.sending.pause_cancel_undo import cancel
from subscribers.models import Subscriber, Topic
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
