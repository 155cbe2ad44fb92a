"""Two answers at the same moment, for the last place."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from campaigns.edit_conflict import EditConflict
from campaigns.event_states import RsvpAnswer, Seat
from campaigns.models import Event, Rsvp
from campaigns.rsvp.enter import enter_answer
from campaigns.rsvp.guest import Guest
from campaigns.rsvp.offer_places import offer_places
from campaigns.rsvp.reply import Reply
from campaigns.rsvp.respond import respond
from newsletter.models import Brand, TransactionalMessage
from subscribers.models import Subscriber
from subscribers.people.erase import erase
from tests.campaigns.conftest import MakeFollowers

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TOGETHER = 8


def together(*actions: Callable[[], object]) -> list[object]:
    """Run all at once, each in a thread of its own, and return what each returned."""
    start = Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        try:
            start.wait()
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [future.result() for future in [pool.submit(run, action) for action in actions]]


def say(person: Subscriber, answer: RsvpAnswer, event: Event) -> Callable[[], object]:
    return lambda: respond(event.pk, person=person, reply=Reply(answer=answer))


def seats() -> list[str]:
    return sorted(Rsvp.objects.values_list("seat", flat=True))


def test_of_many_answers_for_the_last_place_one_gets_it_and_the_others_wait(
    meeting: Event, brand: Brand, followers: MakeFollowers
) -> None:
    Event.objects.update(capacity=1)
    people = followers(TOGETHER)
    together(*(say(person, RsvpAnswer.YES, meeting) for person in people))
    assert seats() == [Seat.TAKEN, *[Seat.WAITING] * (TOGETHER - 1)]
    assert TransactionalMessage.objects.filter(kind="rsvp_confirmation").count() == TOGETHER
    has_place = TransactionalMessage.objects.filter(text__contains="You have a place.")
    assert has_place.count() == 1


def test_of_two_staff_who_enter_answers_for_the_last_place_one_is_told_that_the_person_waits(
    meeting: Event, brand: Brand
) -> None:
    Event.objects.update(capacity=1)

    def enter(name: str) -> Callable[[], object]:
        of = Guest(email=f"{name}@guests.example", full_name=name, language="en")
        reply = Reply(answer=RsvpAnswer.YES)
        return lambda: enter_answer(meeting.pk, of=of, reply=reply, seen="").rsvp.seat

    for number in range(3):
        Rsvp.objects.all().delete()
        told = together(enter(f"gus{number}"), enter(f"mia{number}"))
        assert sorted(map(str, told)) == [Seat.TAKEN, Seat.WAITING]
        assert seats() == [Seat.TAKEN, Seat.WAITING]


def test_of_two_staff_who_enter_an_answer_for_the_same_guest_one_is_told_of_the_other(
    meeting: Event, brand: Brand
) -> None:
    of = Guest(email="gus@guests.example", full_name="Gus", language="en")

    def enter(said: RsvpAnswer) -> Callable[[], object]:
        def action() -> object:
            try:
                return enter_answer(meeting.pk, of=of, reply=Reply(answer=said), seen="")
            except EditConflict as conflict:
                return conflict

        return action

    done = together(enter(RsvpAnswer.YES), enter(RsvpAnswer.NO))
    assert sum(isinstance(each, EditConflict) for each in done) == 1
    assert Rsvp.objects.count() == 1
    assert TransactionalMessage.objects.filter(kind="rsvp_confirmation").count() == 1


def test_the_same_person_twice_at_once_has_one_answer_and_one_mail(
    meeting: Event, brand: Brand, ada: Subscriber
) -> None:
    Event.objects.update(capacity=1)
    together(*[say(ada, RsvpAnswer.YES, meeting)] * TOGETHER)
    assert seats() == [Seat.TAKEN]
    assert TransactionalMessage.objects.filter(kind="rsvp_confirmation").count() == 1


def test_a_place_that_is_freed_twice_over_is_offered_once(
    meeting: Event, brand: Brand, followers: MakeFollowers
) -> None:
    Event.objects.update(capacity=1)
    people = followers(4)
    for person in people:
        say(person, RsvpAnswer.YES, meeting)()
    together(
        say(people[0], RsvpAnswer.NO, meeting), *[offer_places] * 3, lambda: erase(people[1].pk)
    )
    assert Rsvp.objects.filter(seat__in=[Seat.TAKEN, Seat.OFFERED]).count() <= 1
    offer_places()
    assert Rsvp.objects.filter(seat=Seat.OFFERED).count() == 1
    assert not Rsvp.objects.filter(subscriber=None).exists()
