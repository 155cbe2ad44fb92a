from datetime import date, time
from typing import Any

import pytest

from campaigns.models import Campaign
from campaigns.studio.pages.launch_words import first_words, hour_words

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
            "1,000 people. Then it waits 1 minute, and goes on if the emails arrived and nobody "
            "complained",
        ),
        (
            20,
            30,
            "20 people. Then it waits 30 minutes, and goes on if the emails arrived and nobody "
            "complained",
        ),
    ],
)
def test_who_gets_it_first_and_what_comes_then(size: int, minutes: int | None, words: str) -> None:
    assert first_words(Campaign(canary_size=size, canary_minutes=minutes)) == words
