"""Recording answers: who gets a seat, who waits, and what an event no longer takes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from campaigns.event_states import Attendance, RsvpAnswer, RsvpSource, Seat
from campaigns.models import Event, Rsvp
from campaigns.rsvp.answer import Answered, CannotAnswer, Closed, record_answer
from campaigns.rsvp.guest import Guest
from campaigns.rsvp.reply import BadReply, Reply
from subscribers.models import Subscriber
from tests.campaigns.conftest import MakeFollowers

pytestmark = pytest.mark.django_db
type Answer = Callable[..., Answered]


@pytest.fixture
def asked(event: Event) -> Event:
    """The quarterly meeting, with room for two."""
    Event.objects.filter(pk=event.pk).update(takes_answers=True, capacity=2)
    event.refresh_from_db()
    return event


@pytest.fixture
def answer(asked: Event) -> Answer:
    def record(
        person: Subscriber | Guest,
        said: RsvpAnswer = RsvpAnswer.YES,
        *,
        now: datetime | None = None,
        source: RsvpSource = RsvpSource.LINK,
        **more: Any,
    ) -> Answered:
        return record_answer(
            asked.pk, of=person, reply=Reply(answer=said, **more), source=source, now=now
        )

    return record


def seats(event: Event) -> list[str]:
    return list(Rsvp.objects.filter(event=event).order_by("pk").values_list("seat", flat=True))


def test_the_last_seat_goes_to_the_first_and_the_next_waits(
    asked: Event, answer: Answer, followers: MakeFollowers
) -> None:
    for person in followers(4):
        answer(person)
    assert seats(asked) == [Seat.TAKEN, Seat.TAKEN, Seat.WAITING, Seat.WAITING]


def test_whoever_says_no_frees_a_seat_for_the_first_in_line(
    asked: Event, answer: Answer, followers: MakeFollowers
) -> None:
    people, now = followers(4), timezone.now()
    for person in people:
        answer(person, now=now)

    done = answer(people[0], RsvpAnswer.NO, now=now)

    assert [each.subscriber for each in done.offered] == [people[2]]
    assert seats(asked) == [Seat.NONE, Seat.TAKEN, Seat.OFFERED, Seat.WAITING]
    assert done.offered[0].offered_until == now + settings.SEAT_OFFER_LIFETIME


def test_an_offer_is_taken_by_a_yes_and_lapses_in_time_for_the_next(
    asked: Event, answer: Answer, followers: MakeFollowers
) -> None:
    people, now = followers(5), timezone.now()
    for person in people:
        answer(person, now=now)
    answer(people[0], RsvpAnswer.NO, now=now)
    answer(people[1], RsvpAnswer.NO, now=now)
    assert seats(asked) == ["", "", Seat.OFFERED, Seat.OFFERED, Seat.WAITING]

    answer(people[2], now=now)
    late = now + settings.SEAT_OFFER_LIFETIME
    done = answer(people[3], now=late)

    assert [each.subscriber for each in done.lapsed] == [people[3]]
    assert done.rsvp.seat == Seat.WAITING, "whoever missed an offer waits anew, behind the others"
    assert [each.subscriber for each in done.offered] == [people[4]]
    assert seats(asked) == ["", "", Seat.TAKEN, Seat.WAITING, Seat.OFFERED]


def test_a_free_seat_goes_to_nobody_who_passes_those_who_wait(
    asked: Event, answer: Answer, followers: MakeFollowers
) -> None:
    people = followers(4)
    for person in people[:3]:
        answer(person)
    Event.objects.filter(pk=asked.pk).update(capacity=3)
    done = answer(people[3])
    assert seats(asked) == [Seat.TAKEN, Seat.TAKEN, Seat.OFFERED, Seat.WAITING]
    assert [each.subscriber for each in done.offered] == [people[2]]


def test_no_seat_is_taken_from_anybody_when_their_number_is_lowered(
    asked: Event, answer: Answer, followers: MakeFollowers
) -> None:
    people = followers(3)
    answer(people[0])
    answer(people[1])
    Event.objects.filter(pk=asked.pk).update(capacity=1)
    assert answer(people[0], note="I come by train.").rsvp.seat == Seat.TAKEN
    answer(people[2])
    answer(people[1], RsvpAnswer.NO)
    assert seats(asked) == [Seat.TAKEN, Seat.NONE, Seat.WAITING]


def test_without_a_waiting_list_a_full_event_takes_no_yes_and_keeps_what_was_said_before(
    asked: Event, answer: Answer, followers: MakeFollowers
) -> None:
    Event.objects.filter(pk=asked.pk).update(has_waiting_list=False, capacity=1)
    one, two = followers(2)
    answer(one)
    answer(two, RsvpAnswer.MAYBE)
    with pytest.raises(CannotAnswer) as caught:
        answer(two)
    assert caught.value.reason is Closed.FULL
    assert Rsvp.objects.get(subscriber=two).answer == RsvpAnswer.MAYBE


def test_of_a_hybrid_event_only_those_who_come_in_person_need_a_seat(
    asked: Event, answer: Answer, followers: MakeFollowers
) -> None:
    Event.objects.filter(pk=asked.pk).update(attendance=Attendance.HYBRID, capacity=1)
    one, two, three = followers(3)
    answer(one, attends=Attendance.IN_PERSON)
    answer(two, attends=Attendance.ONLINE, dietary_needs="no nuts")
    answer(three, attends=Attendance.IN_PERSON)
    assert seats(asked) == [Seat.TAKEN, Seat.NONE, Seat.WAITING]
    assert Rsvp.objects.get(subscriber=two).dietary_needs == ""
    assert answer(three, attends=Attendance.ONLINE).rsvp.will_come
    with pytest.raises(BadReply) as caught:
        answer(two, attends="")
    assert caught.value.field == "attends"


def test_the_same_answer_again_changes_nothing(answer: Answer, ada: Subscriber) -> None:
    first = answer(ada, note="  I arrive\tlate. ")
    again = answer(ada, note="I arrive late.")
    assert (first.is_new, again.is_new) == (True, False)
    assert again.rsvp.answered_at == first.rsvp.answered_at
    assert answer(ada, RsvpAnswer.NO).is_new


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"takes_answers": False}, Closed.NOT_ASKED),
        ({"status": "cancelled"}, Closed.CANCELLED),
        ({"starts_at": timezone.now() - timedelta(minutes=1)}, Closed.OVER),
        ({"answers_until": timezone.now() - timedelta(minutes=1)}, Closed.TOO_LATE),
    ],
)
def test_an_answer_that_comes_too_late_is_refused(
    asked: Event, answer: Answer, ada: Subscriber, changes: dict[str, Any], reason: Closed
) -> None:
    Event.objects.filter(pk=asked.pk).update(**changes)
    with pytest.raises(CannotAnswer) as caught:
        answer(ada)
    assert caught.value.reason is reason
    assert not Rsvp.objects.exists()


@pytest.mark.parametrize("changes", [{"answers_until": timezone.now() - timedelta(minutes=1)}])
def test_staff_may_enter_an_answer_after_the_deadline(
    asked: Event, answer: Answer, ada: Subscriber, changes: dict[str, Any]
) -> None:
    Event.objects.filter(pk=asked.pk).update(**changes)
    assert answer(ada, source=RsvpSource.STAFF).rsvp.seat == Seat.TAKEN


def test_no_seat_is_offered_after_the_deadline(
    asked: Event, answer: Answer, followers: MakeFollowers
) -> None:
    people, now = followers(3), timezone.now()
    for person in people:
        answer(person, now=now)
    Event.objects.filter(pk=asked.pk).update(answers_until=now + timedelta(hours=1))
    done = answer(people[0], RsvpAnswer.NO, now=now)
    assert done.offered[0].offered_until == now + timedelta(hours=1)

    done = answer(people[1], RsvpAnswer.NO, now=now + timedelta(hours=2), source=RsvpSource.STAFF)
    assert done.offered == []
    assert seats(asked) == ["", "", Seat.LAPSED]


def test_a_guest_has_one_answer_however_their_address_is_written(
    asked: Event, answer: Answer
) -> None:
    answer(Guest(email="Dana@example.org", full_name="Dana", language="en"))
    again = answer(Guest(email="dana@example.org", full_name="D.", language="fr"), RsvpAnswer.NO)
    assert again.rsvp.full_name == "Dana"
    assert Rsvp.objects.get().answer == RsvpAnswer.NO


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"interpretation": "tlh"}, "interpretation"),
        ({"note": "x" * 1001}, "note"),
        ({"access_needs": "y" * 501}, "access_needs"),
    ],
)
def test_a_reply_that_can_not_be_kept_names_its_field(
    answer: Answer, ada: Subscriber, more: dict[str, str], field: str
) -> None:
    with pytest.raises(BadReply) as caught:
        answer(ada, **more)
    assert caught.value.field == field
    assert not Rsvp.objects.exists()


def test_what_no_database_can_hold_is_replaced(answer: Answer, ada: Subscriber) -> None:
    assert answer(ada, note="a\0b\ud800").rsvp.note == "a\ufffdb\ufffd"
