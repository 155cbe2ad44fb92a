"""Answers of two records of one person: the newer counts, and a place isn't taken twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.audience.conditions.event_answer import ANSWER
from campaigns.event_states import RsvpAnswer, Seat
from campaigns.models import CalendarMail, Event, Rsvp
from campaigns.rsvp.enter import known_person
from campaigns.rsvp.seats import free_seats
from newsletter.core.addresses import address_digest
from subscribers.models import Subscriber, Topic
from subscribers.people.merging.merge import merge
from tests.conftest import MakeSubscriber

pytestmark = pytest.mark.django_db

YES, NO = RsvpAnswer.YES, RsvpAnswer.NO
WORK = "ada@parliament.example"


@pytest.fixture
def work(make_subscriber: MakeSubscriber, other_topic: Topic) -> Subscriber:
    return make_subscriber(WORK, topic=other_topic)


def answer(
    event: Event, person: Subscriber | None, said: RsvpAnswer, *, days_ago: int, **more: object
) -> Rsvp:
    at = timezone.now() - timedelta(days=days_ago)
    guest = {} if person else {"email": WORK, "digest": address_digest(WORK)}
    return Rsvp.objects.create(
        event=event, subscriber=person, answer=said, answered_at=at, **guest, **more
    )


@pytest.mark.parametrize("newer", ["kept", "merged"])
def test_of_two_answers_the_newer_counts(
    event: Event, ada: Subscriber, work: Subscriber, newer: str
) -> None:
    answer(event, ada, YES, days_ago=1 if newer == "kept" else 3, note="Ada's")
    answer(event, work, NO, days_ago=2, note="Work's")
    merge(ada.pk, work.pk, by="sam")
    [left] = Rsvp.objects.all()
    assert left.subscriber == ada
    assert (left.answer, left.note) == ((YES, "Ada's") if newer == "kept" else (NO, "Work's"))


def test_whoever_comes_by_both_keeps_the_better_place(
    event: Event, ada: Subscriber, work: Subscriber
) -> None:
    Event.objects.filter(pk=event.pk).update(capacity=1)
    answer(event, ada, YES, days_ago=1, seat=Seat.WAITING, waiting_since=timezone.now())
    answer(event, work, YES, days_ago=2, seat=Seat.TAKEN)
    merge(ada.pk, work.pk, by="sam")
    [left] = Rsvp.objects.all()
    assert (left.seat, left.waiting_since) == (Seat.TAKEN, None)


def test_a_place_that_the_newer_answer_gives_up_is_free(
    event: Event, ada: Subscriber, work: Subscriber
) -> None:
    Event.objects.filter(pk=event.pk).update(capacity=1)
    answer(event, ada, NO, days_ago=1)
    answer(event, work, YES, days_ago=2, seat=Seat.TAKEN)
    merge(ada.pk, work.pk, by="sam")
    event.refresh_from_db()
    assert free_seats(event, now=timezone.now()) == 1


@pytest.mark.parametrize("as_guest", [True, False])
def test_an_answer_of_the_other_record_alone_becomes_the_persons(
    event: Event, ada: Subscriber, work: Subscriber, as_guest: bool
) -> None:
    given = answer(event, None if as_guest else work, YES, days_ago=2)
    merge(ada.pk, work.pk, by="sam")
    [left] = Rsvp.objects.all()
    assert (left.pk, left.subscriber, left.digest, left.email) == (given.pk, ada, "", "")
    comes = ANSWER.condition({"event": event.slug, "answer": "accepted"}, "")
    assert list(Subscriber.objects.filter(comes)) == [ada]


def test_what_staff_enter_for_the_other_address_is_the_persons(
    event: Event, ada: Subscriber, work: Subscriber
) -> None:
    merge(ada.pk, work.pk, by="sam")
    assert known_person(event, WORK) == ada


def test_mail_of_the_other_calendar_is_the_persons(
    event: Event, ada: Subscriber, work: Subscriber
) -> None:
    CalendarMail.objects.create(
        event=event,
        subscriber=work,
        kind="closed",
        fingerprint="f" * 64,
        received_at=timezone.now(),
    )
    merge(ada.pk, work.pk, by="sam")
    assert CalendarMail.objects.get().subscriber == ada
