"""After a restore nobody gets a message of their own again that may have left since the backup."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.content.draft_series import draft_series
from campaigns.event_states import RsvpAnswer
from campaigns.models import Event, Rsvp
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


def test_whoever_may_have_been_told_since_the_backup_is_not_told_again(
    event: Event, topic: Topic, brand: object, followers: MakeFollowers
) -> None:
    followers(2)
    Event.objects.filter(pk=event.pk).update(takes_answers=True)
    event.refresh_from_db()
    ina = guest(event, "ina@guests.example")
    later = guest(event, "later@guests.example")
    Rsvp.objects.filter(pk=later.pk).update(answer=RsvpAnswer.NO)
    steps = {each.step: each for each in draft_series(event, topic=topic)}
    for step in ("details_day", "details_hour"):
        approve(steps[step], by="Sam")
    launch_now(steps["details_day"])
    now = timezone.now()
    report = after_restore(by="Kim", since=now, now=now)
    assert report.told_apart == 1
    assert tell_guests() == 0
    assert not TransactionalMessage.objects.filter(kind="rsvp_joining_details").exists()
    # What is launched afterwards tells them, and is noted beside it.
    steps["details_hour"].refresh_from_db()
    approve(steps["details_hour"], by="Sam")
    launch_now(steps["details_hour"])
    assert tell_guests() == 1
    ina.refresh_from_db()
    assert len(ina.told_steps) == 2
