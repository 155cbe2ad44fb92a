"""An answer of somebody who is erased in the same moment."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection

from campaigns.event_states import RsvpAnswer
from campaigns.models import Event, Rsvp
from campaigns.rsvp import answer, enter, respond
from campaigns.rsvp.guest import Guest
from campaigns.rsvp.reply import Reply
from newsletter.models import Brand
from subscribers.models import Subscriber, Topic
from subscribers.people.erase import Erased, erase
from tests.campaigns.rsvp import test_told_apart
from tests.conftest import MakeSubscriber
from tests.locks import until_somebody_waits

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

LEA = Guest(email="lea@guests.example", full_name="Lea", language="en")
SHE_COMES = Reply(answer=RsvpAnswer.YES)

type Erasing = Callable[[object, str], Future[Erased]]


def by_link(guest: Rsvp) -> object:
    return respond.respond(guest.event_id, person=guest, reply=SHE_COMES)


def by_staff(guest: Rsvp) -> object:
    return enter.enter_answer(guest.event_id, of=LEA, reply=SHE_COMES, seen=None)


@pytest.fixture
def guest(meeting: Event, brand: Brand) -> Rsvp:
    """Lea, who has answered as a guest."""
    return test_told_apart.answer(meeting, "lea", RsvpAnswer.MAYBE)


@pytest.fixture
def erasing_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Erasing]:
    """Have Lea erased at a call, which goes on once the erasure waits or is done."""
    with ThreadPoolExecutor(1) as pool:

        def at(module: object, name: str) -> Future[Erased]:
            called = getattr(module, name)
            erased: Future[Erased] = Future()

            def run() -> None:
                try:
                    erased.set_result(erase(LEA.email))
                except Exception as error:  # noqa: BLE001 - it is raised where it is asked for
                    erased.set_exception(error)
                finally:
                    connection.close()

            def call(*args: object, **options: object) -> object:
                pool.submit(run)
                until_somebody_waits(erased)
                return called(*args, **options)

            monkeypatch.setattr(module, name, call)
            return erased

        yield at


@pytest.mark.parametrize(("say", "module"), [(by_link, respond), (by_staff, enter)])
def test_a_guest_who_is_a_subscriber_answers_and_is_erased(
    guest: Rsvp,
    make_subscriber: MakeSubscriber,
    topic: Topic,
    erasing_at: Erasing,
    say: Callable[[Rsvp], object],
    module: object,
) -> None:
    """Her two answers become one, which is saved more than once."""
    lea = make_subscriber(LEA.email, topic=topic)
    test_told_apart.answer(guest.event, lea, RsvpAnswer.NO)
    erased = erasing_at(module, "send_confirmation")
    say(guest)
    assert erased.result().subscriber
    assert not Subscriber.objects.exists()
    assert not Rsvp.objects.exists()


@pytest.mark.parametrize("say", [by_link, by_staff])
def test_an_answer_of_a_guest_who_is_erased_meanwhile_does_not_come_back(
    guest: Rsvp, erasing_at: Erasing, say: Callable[[Rsvp], object]
) -> None:
    erased = erasing_at(answer, "checked_reply")
    say(guest)
    assert erased.result().others == 1
    assert not Rsvp.objects.exists()
