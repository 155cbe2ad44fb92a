"""After a restore nobody gets a message of their own again that may have left since the backup."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from campaigns.content.draft_series import draft_series
from campaigns.event_states import RsvpAnswer
from campaigns.models import Campaign, Event, Rsvp
from campaigns.restoring.after_restore import after_restore
from campaigns.review.approval import approve
from campaigns.rsvp.tell_guests import tell_guests
from campaigns.sending.launch import launch_now
from newsletter.core.addresses import address_digest
from newsletter.models import TransactionalMessage
from subscribers.models import Topic
from tests.campaigns.conftest import MakeFollowers

pytestmark = pytest.mark.django_db


def guest(event: Event, address: str) -> Rsvp:
    return Rsvp.objects.create(
        event=event,
        email=address,
        digest=address_digest(address),
        language="en",
        answer=RsvpAnswer.YES,
        answered_at=timezone.now() - timedelta(hours=1),
    )


@pytest.fixture
def leaving(
    event: Event, topic: Topic, brand: object, followers: MakeFollowers
) -> dict[str, Campaign]:
    """The steps of a series that says how to join, of which the first has begun to leave."""
    followers(2)
    Event.objects.filter(pk=event.pk).update(takes_answers=True)
    event.refresh_from_db()
    guest(event, "ina@guests.example")
    later = guest(event, "later@guests.example")
    Rsvp.objects.filter(pk=later.pk).update(answer=RsvpAnswer.NO)
    steps = {each.step: each for each in draft_series(event, topic=topic)}
    for step in ("details_day", "details_hour"):
        approve(steps[step], by="Sam")
    launch_now(steps["details_day"])
    return steps


def test_whoever_may_have_been_told_since_the_backup_is_not_told_again(
    leaving: dict[str, Campaign], event: Event
) -> None:
    now = timezone.now()
    report = after_restore(by="Kim", since=now, now=now)
    (noted,) = report.told_apart
    assert (noted.campaign_id, noted.number) == (leaving["details_day"].pk, 1)
    assert noted.event == event.title
    assert tell_guests() == 0
    assert not TransactionalMessage.objects.filter(kind="rsvp_joining_details").exists()
    # What is launched afterwards tells them, and is noted beside it.
    hour = leaving["details_hour"]
    hour.refresh_from_db()
    approve(hour, by="Sam")
    launch_now(hour)
    assert tell_guests() == 1
    assert len(Rsvp.objects.get(email="ina@guests.example").told_steps) == 2


def test_the_command_names_the_campaign_and_the_event_whose_people_may_not_have_heard(
    leaving: dict[str, Campaign], event: Event
) -> None:
    out = StringIO()
    call_command("after_restore", "--yes", "--since", "2026-01-01T03:00", stdout=out)
    step = leaving["details_day"]
    assert (
        f"Campaign {step.pk}, {step.name}: up to 1 short message to people who answered the "
        f"invitation to “{event.title}” may have been sent" in out.getvalue()
    )


def test_a_program_reads_the_same(leaving: dict[str, Campaign], event: Event) -> None:
    out = StringIO()
    call_command("after_restore", "--yes", "--json", "--since", "2026-01-01T03:00", stdout=out)
    step = leaving["details_day"]
    assert json.loads(out.getvalue())["told_apart"] == [
        {"id": step.pk, "name": step.name, "event": event.title, "people": 1}
    ]
