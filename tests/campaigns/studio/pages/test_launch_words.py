from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from campaigns.models import Campaign
from campaigns.sending.canary import waiting_words
from campaigns.studio.pages.launch_words import first_words, hour_words
from subscribers.models import Topic

SUNDAY: dict[str, Any] = {"local_time": time(3, 30), "local_date": date(2027, 3, 28)}


def test_a_campaign_for_everybody_at_once_has_no_words() -> None:
    assert hour_words(Campaign()) == first_words(Campaign()) == ""


def test_the_hour_is_that_of_each_recipient() -> None:
    said = "03:30 on Sunday 28 March 2027, by each recipient’s own clocks"
    assert hour_words(Campaign(**SUNDAY)) == said
    assert hour_words(Campaign(**SUNDAY, skips_weekends=True)) == (
        f"{said}, or on the first day after their weekend"
    )


@pytest.mark.parametrize(
    ("size", "minutes", "words"),
    [
        (1, None, "1 person. Then it waits until somebody resumes"),
        (
            1000,
            1,
            "1,000 people. Then it waits 1 minute, and goes on if fewer than 5 % of them don’t "
            "arrive and no more than 0.1 % are reported as spam",
        ),
        (
            1,
            30,
            "1 person. Then it waits 30 minutes, and goes on if it arrived and wasn’t reported as "
            "spam",
        ),
    ],
)
def test_who_gets_it_first_and_what_comes_then(size: int, minutes: int | None, words: str) -> None:
    campaign = Campaign(topic=Topic(), canary_size=size, canary_minutes=minutes)
    assert first_words(campaign) == words


def test_the_limits_of_the_topic_are_the_ones_that_are_named() -> None:
    own = Topic(guard_bounces=Decimal("2.50"), guard_complaints=Decimal("0.30"))
    for words in (first_words, waiting_words):
        said = words(Campaign(topic=own, canary_size=20, canary_minutes=30))
        assert "fewer than 2.5 % of them don’t arrive" in said
        assert "no more than 0.3 % are reported as spam" in said
