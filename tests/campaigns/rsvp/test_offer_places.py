"""The clock's work on places: it offers and ends offers in time, once, and tells people."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from campaigns.event_states import EventStatus, RsvpAnswer, RsvpSource, Seat
from campaigns.events.schedule import change_event
from campaigns.models import Event, Rsvp
from campaigns.rsvp.answer import record_answer
from campaigns.rsvp.offer_places import offer_places
from campaigns.rsvp.reply import Reply
from newsletter.models import Brand, TransactionalMessage
from subscribers.models import Subscriber
from subscribers.people.erase import erase
from tests.campaigns.conftest import MakeFollowers

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(meeting: Event, brand: Brand, followers: MakeFollowers) -> list[Subscriber]:
    """Three who said yes to a meeting with one place: one has it, two wait."""
    Event.objects.update(capacity=1)
    found = followers(3)
    for person in found:
        say(person)
    return found


def say(person: Subscriber, answer: RsvpAnswer = RsvpAnswer.YES) -> None:
    event = Event.objects.get()
    record_answer(event.pk, of=person, reply=Reply(answer=answer), source=RsvpSource.LINK)


def seats() -> list[str]:
    return list(Rsvp.objects.order_by("pk").values_list("seat", flat=True))


def told() -> list[tuple[str, str]]:
    return list(TransactionalMessage.objects.order_by("pk").values_list("kind", "to"))


def test_nothing_free_nothing_offered(people: list[Subscriber]) -> None:
    assert offer_places() == 0
    assert seats() == [Seat.TAKEN, Seat.WAITING, Seat.WAITING]
    assert told() == []


@pytest.mark.parametrize(
    "free",
    [
        lambda people: Event.objects.update(capacity=2),
        lambda people: erase(people[0].pk, is_told=False),
    ],
    ids=["more places", "an erasure"],
)
def test_a_place_that_became_free_is_offered_once_to_the_first_in_line(
    people: list[Subscriber], free: Callable[[list[Subscriber]], object]
) -> None:
    free(people)
    assert offer_places() == 1
    assert offer_places() == 0
    assert seats()[-2:] == [Seat.OFFERED, Seat.WAITING]
    assert told() == [("rsvp_place_offered", people[1].email)]


def test_an_offer_that_nobody_took_ends_and_the_next_is_offered(people: list[Subscriber]) -> None:
    now = timezone.now()
    Event.objects.update(capacity=2)
    offer_places(now=now)
    later = now + settings.SEAT_OFFER_LIFETIME
    assert offer_places(now=later - timedelta(seconds=1)) == 0
    assert offer_places(now=later) == 1
    assert offer_places(now=later) == 0
    assert seats() == [Seat.TAKEN, Seat.LAPSED, Seat.OFFERED]
    assert told() == [
        ("rsvp_place_offered", people[1].email),
        ("rsvp_place_offered", people[2].email),
        ("rsvp_place_lapsed", people[1].email),
    ]
    # The last in line missed it, too: nobody is left, and whoever missed one isn't asked again.
    assert offer_places(now=later + settings.SEAT_OFFER_LIFETIME) == 0
    assert seats() == [Seat.TAKEN, Seat.LAPSED, Seat.LAPSED]


@pytest.mark.parametrize(
    "columns",
    [
        {"starts_at": timedelta(0)},
        {"answers_until": timedelta(0)},
        {"status": EventStatus.CANCELLED},
    ],
)
def test_nothing_is_offered_or_told_once_nobody_can_answer(
    people: list[Subscriber], columns: dict[str, object]
) -> None:
    now = timezone.now()
    Rsvp.objects.filter(subscriber=people[1]).update(
        seat=Seat.OFFERED, offered_until=now - timedelta(seconds=1)
    )
    Event.objects.update(
        capacity=5,
        **{
            name: now + value if isinstance(value, timedelta) else value
            for name, value in columns.items()
        },
    )
    assert offer_places(now=now) == 0
    assert seats() == [Seat.TAKEN, Seat.LAPSED, Seat.WAITING]
    assert told() == []


def test_who_waited_comes_once_there_is_room_for_everybody(people: list[Subscriber]) -> None:
    Event.objects.update(capacity=None)
    assert offer_places() == 0
    assert offer_places() == 0
    assert seats() == [Seat.TAKEN, Seat.NONE, Seat.NONE]
    assert told() == [("rsvp_confirmation", each.email) for each in people[1:]]


@pytest.mark.parametrize("changes", [{"capacity": 2}, {"capacity": 2, "attendance": "in_person"}])
def test_who_had_said_yes_before_places_were_limited_keeps_one(
    meeting: Event, brand: Brand, followers: MakeFollowers, changes: dict[str, Any]
) -> None:
    *early, late = followers(4)
    for person in early:
        say(person)
    change_event(meeting, **changes, **({"venue": "Vienna"} if "attendance" in changes else {}))
    assert seats() == [Seat.TAKEN] * 3
    say(late)
    assert seats() == [*[Seat.TAKEN] * 3, Seat.WAITING]
    say(early[0], RsvpAnswer.NO)
    assert seats()[3] == Seat.WAITING, "they are still as many as the places"
