"""People who answered hear of a change also where there is no topic but need-to-know ones."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from campaigns.event_states import RsvpAnswer
from campaigns.events.schedule import cancel_event
from campaigns.models import Event
from campaigns.rsvp.tell_guests import tell_guests
from staff.roles import AUTHOR
from subscribers.models import Topic, TopicGrant
from tests.campaigns.rsvp.test_told_apart import answer, move, send, telling, told
from tests.staff_members import browser_of, staff_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def gathering(meeting: Event, topic: Topic, other_topic: Topic, brand: object) -> Event:
    """An event of no topic that a guest has answered, where all topics are need-to-know."""
    Topic.objects.update(is_restricted=True, is_public=False)
    Event.objects.filter(pk=meeting.pk).update(topic=None)
    answer(meeting, "ina", RsvpAnswer.YES)
    meeting.refresh_from_db()
    return meeting


def grant(topic: Topic, account: User) -> None:
    until = timezone.now() + timedelta(days=9)
    TopicGrant.objects.create(topic=topic, account=account, until=until, granted_by="Kim")


@pytest.mark.parametrize("change", [move, cancel_event])
def test_a_topic_that_somebody_sees_does(
    change: Callable[[Event], object], gathering: Event, other_topic: Topic
) -> None:
    grant(other_topic, staff_member("lou", AUTHOR))
    change(gathering)
    (draft,) = telling()
    assert draft.topic == other_topic
    send(draft)
    assert tell_guests() == 1
    assert told() == {"ina@guests.example": 1}


def test_that_of_an_author_of_the_event_comes_first_and_so_they_still_see_it(
    gathering: Event, topic: Topic, other_topic: Topic
) -> None:
    grant(topic, staff_member("lou", AUTHOR))
    wren = staff_member("wren", AUTHOR)
    grant(other_topic, wren)
    path = reverse("admin:studio_event_cancel", args=[gathering.pk])
    page = browser_of(wren).post(path, follow=True).content.decode()
    assert [each.topic for each in telling()] == [other_topic]
    assert "is ready to tell those who were invited or have answered" in page


def test_where_nobody_sees_any_staff_read_that_nothing_was_drafted(gathering: Event) -> None:
    wrens = browser_of(staff_member("wren", AUTHOR))
    path = reverse("admin:studio_event_cancel", args=[gathering.pk])
    page = wrens.post(path, follow=True).content.decode()
    assert telling() == []
    assert "no email to them could be drafted" in page
