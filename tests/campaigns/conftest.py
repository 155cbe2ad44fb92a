"""A campaign about a quarterly meeting, in the states that tests need."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from django.utils import timezone

from campaigns.models import Audience, Campaign, CampaignContent, Event
from campaigns.review.approval import approve
from campaigns.sending.launch import launch_now
from newsletter.models import Brand
from subscribers.models import Subscriber, Topic
from tests.conftest import MakeSubscriber


class MakeFollowers(Protocol):
    def __call__(self, number: int) -> list[Subscriber]: ...


@pytest.fixture
def event(db: None) -> Event:
    """A virtual meeting in a fortnight, at noon of Bucharest."""
    start = (timezone.now() + timedelta(days=14)).replace(
        hour=10, minute=0, second=0, microsecond=0
    )
    local = start.replace(hour=12)
    return Event.objects.create(
        slug="quarterly-meeting",
        title="Quarterly meeting",
        local_start=local,
        local_end=local + timedelta(minutes=90),
        time_zone="Europe/Bucharest",
        starts_at=start,
        ends_at=start + timedelta(minutes=90),
        join_url="https://meet.example.org/quarterly",
    )


@pytest.fixture
def draft(brand: Brand, topic: Topic, event: Event) -> Campaign:
    """A complete draft."""
    campaign = Campaign.objects.create(name="Quarterly meeting", topic=topic, event=event)
    Audience.objects.create(campaign=campaign)
    CampaignContent.objects.create(
        campaign=campaign,
        subject="You are invited, {given_name|colleague}",
        preheader="Ninety minutes, online",
        blocks=[
            {"type": "heading", "text": "Our next meeting"},
            {
                "type": "rich_text",
                "html": (
                    "<p>Dear {given_name|colleague}, we meet at {event_time|a time to be told}.</p>"
                ),
            },
            {"type": "event_card"},
        ],
    )
    return campaign


@pytest.fixture
def followers(make_subscriber: MakeSubscriber, topic: Topic) -> MakeFollowers:
    """Make any number of confirmed followers, of three mail domains."""

    def make(number: int) -> list[Subscriber]:
        return [
            make_subscriber(
                f"reader{index}@mail{index % 3}.example", topic=topic, given_name=f"Reader{index}"
            )
            for index in range(number)
        ]

    return make


@pytest.fixture
def sending(draft: Campaign, followers: MakeFollowers) -> Campaign:
    """A campaign that was launched to five followers, and of which nothing is claimed yet."""
    followers(5)
    approve(draft, by="Sam")
    return launch_now(draft)


@pytest.fixture
def long_ago() -> datetime:
    return datetime(2020, 1, 1, tzinfo=UTC)
