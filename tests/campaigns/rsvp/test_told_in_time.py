"""Whoever answered hears of a change as long as it is of use, and thousands hear within minutes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from campaigns import tasks
from campaigns.event_states import RsvpAnswer
from campaigns.events.schedule import cancel_event, change_event
from campaigns.models import Event, Rsvp
from campaigns.rsvp import tell_guests as clock
from campaigns.rsvp.seats import locked_event
from campaigns.rsvp.tell_guests import tell_guests
from newsletter.models import TransactionalMessage
from subscribers.models import Subscriber, Topic
from tests.campaigns.rsvp.test_told_apart import answer, invite, move, start, telling

pytestmark = pytest.mark.django_db


def new_link(event: Event) -> None:
    change_event(event, join_url="https://meet.example.org/second")


def begins(*, ago: timedelta) -> None:
    """Have the meeting, of two hours, begun a while ago."""
    begun = timezone.now() - ago
    Event.objects.update(starts_at=begun, ends_at=begun + timedelta(hours=2))


@pytest.mark.parametrize("change", [move, cancel_event, new_link])
def test_a_change_that_leaves_just_before_the_start_is_told_until_the_event_would_have_ended(
    change: Callable[[Event], object], meeting: Event, topic: Topic, brand: object, ada: Subscriber
) -> None:
    for name in ("ina", "ion"):
        answer(meeting, name, RsvpAnswer.YES)
    invite(meeting, topic, ada)
    change(meeting)
    start(telling()[-1])
    ion = Rsvp.objects.filter(full_name="ion")
    ion.update(answered_at=timezone.now() + timedelta(hours=1))
    begins(ago=timedelta(minutes=1))
    assert tell_guests() == 1
    ion.update(answered_at=timezone.now() - timedelta(hours=1))
    begins(ago=timedelta(hours=2))
    assert tell_guests() == 0
    assert [each.to for each in TransactionalMessage.objects.all()] == ["ina@guests.example"]


def test_of_more_than_one_run_tells_the_rest_hear_in_the_next_which_follows_at_once(
    meeting: Event,
    topic: Topic,
    brand: object,
    ada: Subscriber,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(clock, "AT_ONCE", 5)
    monkeypatch.setattr(clock, "TOGETHER", 2)
    asked = list[str]()
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: asked.append(name))
    for number in range(7):
        answer(meeting, f"guest{number}", RsvpAnswer.YES)
    invite(meeting, topic, ada)
    cancel_event(meeting)
    start(telling()[-1])
    for told, is_asked in ((5, True), (7, False), (7, False)):
        asked.clear()
        with django_capture_on_commit_callbacks(execute=True):
            tasks.tell_guests()
        assert TransactionalMessage.objects.count() == told
        assert (tasks.TELL_GUESTS in asked) is is_asked


def test_one_who_answers_anew_while_others_are_told_beside_them_is_left_to_their_confirmation(
    meeting: Event, topic: Topic, brand: object, ada: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ina", "ion", "ioana"):
        answer(meeting, name, RsvpAnswer.YES)
    invite(meeting, topic, ada)
    cancel_event(meeting)
    start(telling()[-1])

    def after_ion(event_id: int) -> Event:
        Rsvp.objects.filter(full_name="ion").update(answer=RsvpAnswer.NO)
        return locked_event(event_id)

    monkeypatch.setattr(clock, "locked_event", after_ion)
    assert tell_guests() == 2
    noted = Rsvp.objects.exclude(told_steps=[]).values_list("full_name", flat=True)
    assert set(noted) == {"ina", "ioana"}
