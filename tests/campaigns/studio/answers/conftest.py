"""A meeting that asks for answers, and those who give them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.event_states import RsvpAnswer, RsvpSource
from campaigns.models import Event, Rsvp
from campaigns.rsvp.answer import record_answer
from campaigns.rsvp.guest import Guest
from campaigns.rsvp.reply import Reply
from newsletter.models import Brand
from staff.roles import AUDITOR, AUTHOR, LIST_MANAGER
from subscribers.models import Subscriber
from tests.staff_members import browser_of, staff_member

type Answers = Callable[..., Rsvp]


@pytest.fixture
def meeting(event: Event, brand: Brand) -> Event:
    """The quarterly meeting, which asks for answers."""
    Event.objects.filter(pk=event.pk).update(takes_answers=True)
    event.refresh_from_db()
    return event


@pytest.fixture
def begun(meeting: Event) -> Event:
    """The same, since a minute ago."""
    now = timezone.now()
    Event.objects.filter(pk=meeting.pk).update(
        starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(hours=1)
    )
    meeting.refresh_from_db()
    return meeting


@pytest.fixture
def answer(meeting: Event) -> Answers:
    """Record what a subscriber, or a guest of a name, says by a link."""

    def say(who: Subscriber | str, said: str = "yes", **more: str) -> Rsvp:
        person = who if isinstance(who, Subscriber) else guest(who)
        return record_answer(
            meeting.pk,
            of=person,
            reply=Reply(answer=RsvpAnswer(said), **more),
            source=RsvpSource.STAFF,
        ).rsvp

    return say


@pytest.fixture
def lias(db: None) -> Client:
    """A list manager's browser."""
    return browser_of(staff_member("lia", LIST_MANAGER))


@pytest.fixture
def auds(db: None) -> Client:
    """An auditor's browser."""
    return browser_of(staff_member("aud", AUDITOR))


@pytest.fixture
def wrens(db: None) -> Client:
    """An author's browser."""
    return browser_of(staff_member("wren", AUTHOR))


def guest(name: str) -> Guest:
    return Guest(
        email=f"{name.split(maxsplit=1)[0].lower()}@guests.example", full_name=name, language="en"
    )


def page(name: str, event: Event, *more: int) -> str:
    return reverse(f"admin:studio_{name}", args=[event.pk, *more])
