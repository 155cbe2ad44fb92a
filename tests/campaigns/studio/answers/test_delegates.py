"""Whom somebody sends in their place, on the pages of answers."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from campaigns.event_states import RsvpSource
from campaigns.models import Event, Rsvp
from subscribers.models import Subscriber, Topic
from tests.campaigns.studio.answers.conftest import Answers, page
from tests.campaigns.studio.answers.test_hidden_people import circle, grace, greta
from tests.conftest import MakeSubscriber
from tests.staff_members import browser_of

pytestmark = pytest.mark.django_db

__all__ = ["circle", "grace", "greta"]


def sends(inviter: Rsvp, delegate: Rsvp) -> None:
    """Have somebody be the delegate of somebody else."""
    Rsvp.objects.filter(pk=delegate.pk).update(
        delegate_of=inviter, is_named=True, source=RsvpSource.DELEGATE
    )


@pytest.fixture
def adas(ada: Subscriber, answer: Answers) -> Rsvp:
    """Ada’s answer, who sends somebody."""
    given = answer(ada)
    Rsvp.objects.filter(pk=given.pk).update(answer="delegate")
    return given


def pages_of(browser: Client, event: Event, rsvp: Rsvp) -> list[str]:
    """Return the list of those who send somebody, and the page of one answer."""
    listed = browser.get(f"{page('answers', event)}?answer=delegate")
    return [each.content.decode() for each in (listed, browser.get(page("answer", event, rsvp.pk)))]


@pytest.mark.parametrize("said", ["yes", ""])
def test_the_list_and_the_answer_say_whom_somebody_sends(
    lias: Client, auds: Client, meeting: Event, adas: Rsvp, answer: Answers, said: str
) -> None:
    lea = answer("Lea Novak")
    sends(adas, lea)
    Rsvp.objects.filter(pk=lea.pk).update(answer=said)
    for browser in (lias, auds):
        for text in pages_of(browser, meeting, adas):
            assert f'/answers/{lea.pk}/"><span dir="auto">Lea Novak</span>' in text
        assert "Ada Lovelace" in browser.get(page("answer", meeting, lea.pk)).content.decode()


def test_a_delegate_in_discreet_mode_is_not_named(
    lias: Client, auds: Client, meeting: Event, adas: Rsvp, answer: Answers,
    make_subscriber: MakeSubscriber, topic: Topic,
) -> None:  # fmt: skip
    mina = make_subscriber("mina@example.org", topic=topic, full_name="Mina Berg")
    sends(adas, answer(mina))
    assert "Mina Berg" in "".join(pages_of(lias, meeting, adas))
    Subscriber.objects.filter(pk=mina.pk).update(discreet_since=timezone.now())
    for text in pages_of(auds, meeting, adas):
        assert mina.full_name not in text
        assert mina.email not in text
    assert "Mina Berg" in "".join(pages_of(lias, meeting, adas))


def test_nor_is_whom_somebody_in_discreet_mode_sends(
    lias: Client, auds: Client, meeting: Event, adas: Rsvp, answer: Answers
) -> None:
    sends(adas, answer("Lea Novak"))
    Subscriber.objects.update(discreet_since=timezone.now())
    for text in pages_of(auds, meeting, adas):
        assert "Lea Novak</span>" not in text
    assert "Lea Novak</span>" in pages_of(lias, meeting, adas)[1]


def test_a_delegate_of_whom_staff_may_not_know_is_not_named(
    lias: Client, meeting: Event, adas: Rsvp, greta: Subscriber, grace: User
) -> None:
    sends(adas, Rsvp.objects.get(subscriber=greta))
    for text in pages_of(lias, meeting, adas):
        assert "Greta" not in text
    for text in pages_of(browser_of(grace), meeting, adas):
        assert "Greta Secret" in text


def test_nor_is_whoever_sends_somebody(
    lias: Client, meeting: Event, greta: Subscriber, grace: User, answer: Answers
) -> None:
    lea = answer("Lea Novak")
    sends(Rsvp.objects.get(subscriber=greta), lea)
    where = page("answer", meeting, lea.pk)
    assert "Greta" not in lias.get(where).content.decode()
    assert "Greta Secret" in browser_of(grace).get(where).content.decode()
