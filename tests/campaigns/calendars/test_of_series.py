"""Of a series the invitation alone goes into calendars, so that nobody's calendar has it twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.calendars.method import method_of
from campaigns.content.draft_series import draft_series
from campaigns.event_states import CalendarMethod, RsvpAnswer, Seat
from campaigns.models import Event, Rsvp
from campaigns.states import CampaignStep
from subscribers.models import Topic
from tests.campaigns.calendars.test_sent_calendars import calendar_in, sent
from tests.campaigns.conftest import MakeFollowers

pytestmark = pytest.mark.django_db


def test_the_invitation_alone_carries_the_event(inviting: Event, topic: Topic) -> None:
    later = timedelta(days=90)
    Event.objects.filter(pk=inviting.pk).update(
        local_start=inviting.local_start + later,
        local_end=inviting.local_end + later,
        starts_at=inviting.starts_at + later,
        ends_at=inviting.ends_at + later,
    )
    inviting.refresh_from_db()
    drafts = draft_series(inviting, topic=topic)
    assert len(drafts) > 5
    assert {each.step: method_of(each) for each in drafts} == {
        each.step: CalendarMethod.REQUEST
        if each.step == CampaignStep.INVITATION
        else CalendarMethod.NONE
        for each in drafts
    }


def test_a_reminder_to_fifty_people_and_those_who_wait_hold_no_calendar(
    inviting: Event, topic: Topic, brand: object, followers: MakeFollowers
) -> None:
    people = followers(50)
    for person in people[:5]:
        Rsvp.objects.create(
            event=inviting,
            subscriber=person,
            answer=RsvpAnswer.YES,
            seat=Seat.WAITING,
            waiting_since=timezone.now(),
        )
    steps = {each.step: each for each in draft_series(inviting, topic=topic)}

    messages = sent(steps[CampaignStep.REMINDER])

    assert len(messages) == 45
    assert all(calendar_in(each) is None for each in messages)
    waiting = {person.email for person in people[:5]}
    for message in messages:
        assert str(message["To"].addresses[0].addr_spec) not in waiting
        assert not any(address in str(message) for address in waiting)
