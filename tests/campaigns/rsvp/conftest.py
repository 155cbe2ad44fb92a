"""An event that asks for answers, and a campaign that has invited people to it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.content.draft_series import draft_series
from campaigns.models import Campaign, Delivery, Event
from campaigns.review.approval import approve
from campaigns.rsvp.urls_in_mail import rsvp_url
from campaigns.sending.launch import launch_now
from campaigns.sending.send import send_batch
from newsletter.models import TransactionalMessage
from subscribers.models import Subscriber, Topic
from tests.campaigns.conftest import MakeFollowers

type Path = str
type PathFor = Callable[[Subscriber], Path]


@pytest.fixture
def meeting(event: Event) -> Event:
    """The quarterly meeting, which asks for answers."""
    Event.objects.filter(pk=event.pk).update(takes_answers=True)
    event.refresh_from_db()
    return event


@pytest.fixture
def invited(meeting: Event, draft: Campaign, ada: Subscriber) -> Campaign:
    """A campaign that was sent to everybody who follows the topic."""
    draft.event = meeting
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    while send_batch(campaign.pk).more:
        pass
    Campaign.objects.filter(pk=campaign.pk).update(
        launched_at=timezone.now() - timedelta(minutes=5)
    )
    campaign.refresh_from_db()
    return campaign


@pytest.fixture
def path_for(invited: Campaign) -> PathFor:
    """The path of the link in a person's invitation."""

    def find(person: Subscriber) -> Path:
        delivery = Delivery.objects.get(campaign=invited, subscriber=person)
        return "/" + rsvp_url(delivery.pk).split("/", 3)[3]

    return find


@pytest.fixture
def path(path_for: PathFor, ada: Subscriber) -> Path:
    """The path of the link in Ada's invitation."""
    return path_for(ada)


def last_mail(kind: str) -> TransactionalMessage:
    return TransactionalMessage.objects.filter(kind=kind).latest("pk")


def link_in(message: TransactionalMessage, part: str) -> Path:
    """Return the path of the link in a message that leads to this part of the site."""
    [found] = {word for word in message.text.split() if f"/rsvp/{part}/" in word}
    return "/" + found.split("/", 3)[3]


@pytest.fixture
def details(meeting: Event, topic: Topic, brand: object, followers: MakeFollowers) -> Campaign:
    """The joining details of a meeting, approved."""
    followers(2)
    Event.objects.filter(pk=meeting.pk).update(dial_in="+40 21 000 000")
    steps = {each.step: each for each in draft_series(meeting, topic=topic)}
    approve(steps["details_day"], by="Sam")
    return steps["details_day"]
