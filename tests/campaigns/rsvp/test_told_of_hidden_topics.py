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
NONE_TO_SEND = "there is no email about this change that you can send them"


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
    assert NONE_TO_SEND in page


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    ("changes", "is_said"),
    [
        ({"venue": "Parliament"}, True),
        ({"local_start": "2035-06-12T11:30"}, True),
        ({"join_url": "https://meet.example.org/another"}, True),
        ({"summary": "With coffee"}, False),
        (None, True),
    ],
)
@pytest.mark.parametrize("waits", [True, False])
def test_whoever_may_not_know_of_the_draft_reads_the_same_as_if_there_were_none(
    gathering: Event,
    other_topic: Topic,
    changes: dict[str, str] | None,
    *,
    is_said: bool,
    waits: bool,
) -> None:
    typed = {
        "title": gathering.title,
        "kind": gathering.kind,
        "local_start": "2035-06-12T12:00",
        "local_end": "2035-06-12T13:30",
        "time_zone": "Europe/Bucharest",
        "attendance": gathering.attendance,
        "join_url": gathering.join_url,
        "takes_answers": "on",
        "is_public": "on",
    }
    wrens = browser_of(staff_member("wren", AUTHOR))
    edit = reverse("admin:studio_event_details", args=[gathering.pk])
    wrens.post(edit, typed, follow=True)
    if waits:
        grant(other_topic, staff_member("lou", AUTHOR))
    if changes is None:
        path = reverse("admin:studio_event_cancel", args=[gathering.pk])
        page = wrens.post(path, follow=True).content.decode()
    else:
        page = wrens.post(edit, typed | changes, follow=True).content.decode()
    assert [each.topic for each in telling()] == [other_topic] * (waits and is_said)
    assert (NONE_TO_SEND in page) is is_said
    assert "is ready to tell" not in page
    assert other_topic.name not in page


def test_where_nobody_answered_nobody_need_be_told_in_another_way(gathering: Event) -> None:
    gathering.rsvps.update(answer=RsvpAnswer.NO)
    wrens = browser_of(staff_member("wren", AUTHOR))
    path = reverse("admin:studio_event_cancel", args=[gathering.pk])
    assert NONE_TO_SEND not in wrens.post(path, follow=True).content.decode()
