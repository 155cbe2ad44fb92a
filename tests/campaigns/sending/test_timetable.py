"""The speed of sending, as far as it is known, by which the send page says when the last leaves."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.conf import settings as django_settings
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, DeliveryMinute
from campaigns.sending.timetable import WORTH_MEASURING, sending_rate
from campaigns.states import CampaignStatus, Counted
from subscribers.models import Topic

pytestmark = pytest.mark.django_db


def sent(
    topic: Topic,
    at: datetime,
    *,
    seconds: int,
    number: int = 1_000,
    mailer: str = "",
    **more: object,
) -> None:
    campaign = Campaign.objects.create(
        name="Sent",
        topic=topic,
        status=CampaignStatus.SENT,
        candidates=number,
        launched_at=at,
        finished_at=at + timedelta(seconds=seconds),
        **more,
    )
    DeliveryMinute.objects.create(
        campaign=campaign,
        minute=at,
        mailer=mailer or django_settings.MAILER_SETTINGS["bulk"].name,
        what=Counted.ACCEPTED,
        number=number,
    )


def test_it_is_the_rate_of_the_mailer_that_campaigns_go_by(settings: Settings) -> None:
    mailer = settings.MAILER_SETTINGS["bulk"]
    settings.MAILER_SETTINGS = {**settings.MAILER_SETTINGS, "bulk": replace(mailer, rate=14.0)}
    assert sending_rate() == 14


def test_without_one_it_is_what_the_best_of_the_latest_campaigns_reached(
    topic: Topic, long_ago: datetime
) -> None:
    assert sending_rate() is None
    for day, seconds in enumerate((1, 20, 10, 50)):
        sent(topic, long_ago + timedelta(days=day), seconds=seconds)
    assert sending_rate() == 100, "the first is older than the three latest"


def test_what_waited_or_was_small_tells_nothing(topic: Topic, long_ago: datetime) -> None:
    sent(topic, long_ago, seconds=1, number=WORTH_MEASURING - 1)
    sent(topic, long_ago, seconds=1, canary_size=5)
    sent(topic, long_ago, seconds=1, local_time="09:00")
    assert sending_rate() is None


def test_what_another_mailer_reached_tells_nothing(topic: Topic, long_ago: datetime) -> None:
    sent(topic, long_ago, seconds=10, mailer="demo")
    assert sending_rate() is None
