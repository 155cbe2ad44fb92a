"""A guest who becomes a subscriber has one answer, and a delegate stays one."""

import pytest
from django.test import Client

from campaigns.event_states import RsvpAnswer, RsvpSource, Seat
from campaigns.models import Event, Rsvp
from campaigns.rsvp.answer import record_answer
from campaigns.rsvp.guest import Guest
from campaigns.rsvp.reply import Reply
from newsletter.core.addresses import address_digest
from subscribers.models import Subscriber, Topic
from subscribers.people.erase import erase
from tests.campaigns.rsvp.conftest import Path, last_mail, link_in
from tests.conftest import MakeSubscriber

pytestmark = pytest.mark.django_db

LEA = "lea@parliament.example"
NAMED = {"answer": "delegate", "delegate_name": "Lea Novak", "delegate_email": LEA}
COMES = {"answer": "yes", "agree": "on"}


@pytest.fixture
def lea(client: Client, path: Path) -> Rsvp:
    """Lea, whom Ada has named to come in her place."""
    client.post(path, NAMED)
    return Rsvp.objects.get(digest=address_digest(LEA))


@pytest.fixture
def subscribed(lea: Rsvp, make_subscriber: MakeSubscriber, topic: Topic) -> Subscriber:
    """Lea, who has subscribed after she was named."""
    return make_subscriber(LEA, topic=topic)


def says(event: Event, person: Subscriber | Guest, answer: RsvpAnswer) -> Rsvp:
    reply = Reply(answer=answer)
    return record_answer(event.pk, of=person, reply=reply, source=RsvpSource.LINK).rsvp


@pytest.mark.parametrize("had_answered", [True, False])
def test_a_guest_who_has_become_a_subscriber_has_one_answer(
    client: Client, lea: Rsvp, subscribed: Subscriber, had_answered: bool
) -> None:
    if had_answered:
        client.post(link_in(last_mail("rsvp_delegate"), "delegate"), COMES)

    said = says(lea.event, subscribed, RsvpAnswer.NO)

    assert said.pk == lea.pk
    assert Rsvp.objects.filter(event=lea.event).count() == 2, "hers and Ada's"
    said.refresh_from_db()
    assert (said.subscriber, said.digest, said.email) == (subscribed, "", "")
    assert (said.answer, said.is_delegate) == (RsvpAnswer.NO, True)


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("by_whom", ["subscriber", "guest"])
@pytest.mark.parametrize("better", ["subscriber", "guest"])
def test_two_answers_of_one_person_become_one_with_the_better_place(
    lea: Rsvp, subscribed: Subscriber, by_whom: str, better: str
) -> None:
    """There were two of some people before."""
    Event.objects.update(capacity=1)
    taken = {"answer": "yes", "attends": "online", "seat": Seat.TAKEN}
    nobody = {"answer": "no", "attends": "", "seat": Seat.NONE}
    Rsvp.objects.filter(pk=lea.pk).update(**(taken if better == "guest" else nobody))
    own = Rsvp.objects.create(
        event=lea.event, subscriber=subscribed, **(taken if better == "subscriber" else nobody)
    )
    guest = Guest(email=LEA, full_name="Lea Novak", language="en")

    said = says(lea.event, subscribed if by_whom == "subscriber" else guest, RsvpAnswer.YES)

    assert said.pk == own.pk
    assert not Rsvp.objects.filter(pk=lea.pk).exists()
    said.refresh_from_db()
    assert (said.will_come, said.seat, said.is_delegate) == (True, Seat.TAKEN, True)
    assert said.delegate_of == lea.delegate_of


def test_a_link_of_a_guest_whose_answer_has_become_a_subscribers_leads_on(
    client: Client, lea: Rsvp, subscribed: Subscriber
) -> None:
    own = link_in(last_mail("rsvp_delegate"), "delegate")
    says(lea.event, subscribed, RsvpAnswer.NO)
    assert client.post(own, COMES).status_code == 200
    assert Rsvp.objects.get(pk=lea.pk).answer == RsvpAnswer.YES


@pytest.mark.parametrize("source", [RsvpSource.STAFF, RsvpSource.CALENDAR, RsvpSource.LINK])
def test_a_delegate_stays_one_though_whoever_named_them_is_erased(
    lea: Rsvp, source: RsvpSource
) -> None:
    reply = Reply(answer=RsvpAnswer.YES)
    guest = Guest(email=LEA, full_name="Lea Novak", language="en")
    record_answer(lea.event.pk, of=guest, reply=reply, source=source)
    erase("ada@example.nz")
    lea.refresh_from_db()
    assert (lea.delegate_of, lea.is_delegate) == (None, True)


def test_the_one_answer_knows_what_either_was_told(lea: Rsvp, subscribed: Subscriber) -> None:
    Rsvp.objects.filter(pk=lea.pk).update(told_steps=["update 3"])
    Rsvp.objects.create(
        event=lea.event, subscriber=subscribed, answer="maybe", told_steps=["update 2", "update 3"]
    )
    said = says(lea.event, subscribed, RsvpAnswer.MAYBE)
    said.refresh_from_db()
    assert sorted(said.told_steps) == ["update 2", "update 3"]
