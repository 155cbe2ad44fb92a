"""The feed that calendars follow, beside invitations to the same event."""

import pytest
from django.test import Client
from icalendar import Calendar

from campaigns.models import Campaign, Event
from subscribers.models import Topic
from tests.campaigns.calendars.test_sent_calendars import sent, text_of
from tests.campaigns.conftest import MakeFollowers

pytestmark = pytest.mark.django_db


def test_the_feed_names_a_meeting_as_its_invitation_does(
    client: Client, draft: Campaign, inviting: Event, followers: MakeFollowers
) -> None:
    followers(1)
    [message] = sent(draft)
    [invitation] = Calendar.from_ical(text_of(message)).walk("VEVENT")
    [entry] = Calendar.from_ical(client.get("/events/calendar.ics").content).walk("VEVENT")
    assert entry["uid"] == invitation["uid"] == str(inviting.uid)
    assert entry["sequence"] == invitation["sequence"]
    assert "attendee" not in entry


def test_the_feed_never_has_what_a_need_to_know_topic_is_invited_to(
    client: Client, inviting: Event
) -> None:
    circle = Topic.objects.create(slug="circle", name="Circle", is_restricted=True, is_public=False)
    assert str(inviting.uid) in client.get("/events/calendar.ics").text
    Event.objects.filter(pk=inviting.pk).update(topic=circle)
    assert str(inviting.uid) not in client.get("/events/calendar.ics").text
    assert client.get(f"/events/{inviting.slug}.ics").status_code == 404
