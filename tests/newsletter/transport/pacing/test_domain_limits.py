"""No domain gets more at a time than it may, and a recipient who waits loses nothing."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from newsletter.transport.pacing.domain_limits import postponed, split_by_domain
from newsletter.transport.pacing.retry import concluded, counts, wait_after
from newsletter.transport.results.result import Outcome

HUNDRED = [f"reader{number}@big.example" for number in range(100)]


@pytest.fixture
def mailer(settings: Settings, tmp_path: Path) -> str:
    settings.VAR_DIR = tmp_path
    return f"test-{time.time_ns()}"


def test_a_domain_gets_a_seconds_worth_and_the_rest_is_spread(mailer: str) -> None:
    split = split_by_domain(HUNDRED, mailer=mailer, rate=5.0)

    assert split.now == list(range(5))
    assert list(split.later) == list(range(5, 100))
    for behind, wait in enumerate(split.later.values(), 1):
        assert behind / 5 <= wait <= behind / 5 * 1.25 + 1
        assert wait == int(wait), "whole seconds: those who come back together are settled together"


def test_one_domain_holds_up_no_other(mailer: str) -> None:
    small = ["ada@small.example", "ben@smaller.example"]
    assert split_by_domain(HUNDRED + small, mailer=mailer, rate=1 / 60).now == [0, 100, 101]
    assert split_by_domain(
        ["cleo@big.example", "cleo@smallest.example"], mailer=mailer, rate=1 / 60
    ).now == [1]


def test_each_mailer_has_limits_of_its_own(mailer: str) -> None:
    split_by_domain(HUNDRED, mailer=mailer, rate=5.0)

    assert len(split_by_domain(HUNDRED, mailer=f"{mailer}-2", rate=5.0).now) == 5


def test_a_limit_below_one_a_second_lets_one_through(mailer: str) -> None:
    first, second = (
        split_by_domain(["ada@big.example"], mailer=mailer, rate=1 / 60) for _ in range(2)
    )

    assert first.now == [0]
    assert 60 <= second.later[0] <= 151


def test_nobody_is_nobody(mailer: str) -> None:
    split = split_by_domain([], mailer=mailer, rate=5.0)

    assert (split.now, split.later) == ([], {})


def test_being_postponed_is_no_attempt_and_lasts_as_long_as_was_said() -> None:
    result = postponed(7.0)

    assert result.outcome is Outcome.LATER
    assert not result.mailer_wide, "it says nothing about the mailer"
    assert not counts(result)
    assert concluded(result, attempt=1000) is result
    assert wait_after(result, attempt=5) == timedelta(seconds=7)
