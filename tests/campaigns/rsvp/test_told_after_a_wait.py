"""A clock that waited for an event's lock tells people what is so afterwards, or nothing."""

from collections.abc import Callable

import pytest

from campaigns.events.schedule import cancel_event, change_event
from campaigns.models import Campaign, Event
from campaigns.restoring.note_as_told import note_as_told
from campaigns.review.approval import approve
from campaigns.rsvp.seats import locked_event
from campaigns.rsvp.tell_guests import tell_guests
from campaigns.sending.launch import launch_now
from campaigns.states import CampaignStatus
from newsletter.models import TransactionalMessage
from subscribers.models import Topic
from tests.campaigns.rsvp.test_tell_guests import guest, told

pytestmark = pytest.mark.django_db


def when_locked(monkeypatch: pytest.MonkeyPatch, change: Callable[[Event], object]) -> None:
    """Have an event changed by whoever held its lock before the clock got it."""

    def after_another(event_id: int) -> Event:
        change(Event.objects.get(pk=event_id))
        return locked_event(event_id)

    monkeypatch.setattr("campaigns.rsvp.tell_guests.locked_event", after_another)


def test_an_event_that_is_cancelled_while_the_clock_waits_for_it_is_looked_forward_to_by_nobody(
    details: Campaign, meeting: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest(meeting, "ina")
    launch_now(details)
    when_locked(monkeypatch, cancel_event)
    assert tell_guests() == 0
    assert told() == []


def test_an_update_says_nothing_of_a_cancellation_that_nobody_approved(
    meeting: Event, topic: Topic, brand: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest(meeting, "ina")
    change_event(meeting, venue="Parliament")
    (update,) = Campaign.objects.filter(kind="update")
    approve(update, by="Sam")
    launch_now(update)
    when_locked(monkeypatch, cancel_event)
    assert tell_guests() == 0
    cancellation = Campaign.objects.get(kind="cancellation")
    approve(cancellation, by="Sam")
    Campaign.objects.filter(pk=update.pk).update(status=CampaignStatus.SENT)
    launch_now(cancellation)
    assert tell_guests() == 1
    assert TransactionalMessage.objects.filter(kind="rsvp_event_changed").count() == 1


def test_after_a_restore_nobody_is_noted_as_told_of_what_is_cancelled_meanwhile(
    details: Campaign, meeting: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    ina = guest(meeting, "ina")
    launch_now(details)
    when_locked(monkeypatch, cancel_event)
    assert note_as_told() == []
    ina.refresh_from_db()
    assert ina.told_steps == []
