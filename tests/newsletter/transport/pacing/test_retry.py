"""Retries: the attempts that count, the last one, and the wait before the next."""

from datetime import timedelta

import pytest
from django.conf import settings
from pytest_django.fixtures import Settings

from newsletter.transport.pacing.retry import concluded, counts, wait_after
from newsletter.transport.results.result import Outcome, Result

LATER = Result(Outcome.LATER, reason="450 4.2.1 greylisted")


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_holds_up_everybody_is_no_attempt_to_reach_one(outcome: Outcome) -> None:
    assert counts(Result(outcome)) is (outcome is not Outcome.MISCONFIGURED)
    assert not counts(Result(outcome, mailer_wide=True))


def test_the_last_attempt_is_a_refusal_and_says_what_it_failed_of(settings: Settings) -> None:
    settings.MAXIMUM_ATTEMPTS = 3
    assert concluded(LATER, attempt=2) is LATER
    last = concluded(LATER, attempt=3)
    assert (last.outcome, last.reason) == (
        Outcome.REFUSED,
        "Failed after 3 attempts. 450 4.2.1 greylisted",
    )
    assert len(concluded(Result(Outcome.LATER, reason="x" * 300), attempt=3).reason) == 300


@pytest.mark.parametrize(
    "result",
    [
        Result(Outcome.LATER, mailer_wide=True),
        *(Result(outcome) for outcome in Outcome if outcome is not Outcome.LATER),
    ],
    ids=lambda result: f"{result.outcome} {result.mailer_wide}",
)
def test_nothing_else_is_given_up(result: Result) -> None:
    assert concluded(result, attempt=100) is result


@pytest.mark.parametrize(("attempt", "doublings"), [(0, 0), (1, 0), (2, 1), (5, 4)])
def test_the_wait_doubles(attempt: int, doublings: int) -> None:
    least = settings.RETRY_FIRST_WAIT * 2**doublings
    assert least <= wait_after(LATER, attempt=attempt) <= least * 1.25


@pytest.mark.parametrize("attempt", [9, 1_000, 10**9])
def test_the_wait_has_a_limit(attempt: int) -> None:
    assert (
        settings.RETRY_LONGEST_WAIT
        <= wait_after(LATER, attempt=attempt)
        <= settings.RETRY_LONGEST_WAIT * 1.25
    )


def test_it_is_never_less_than_the_next_hop_asks_for() -> None:
    assert (
        wait_after(Result(Outcome.LATER, retry_after=0.0), attempt=1) >= settings.RETRY_FIRST_WAIT
    )
    assert wait_after(Result(Outcome.LATER, retry_after=86_400.0), attempt=1) == timedelta(days=1)


def test_whom_a_busy_mailer_turned_away_waits_as_long_as_that_asks_for() -> None:
    """It says nothing of the recipient; the mailer's rest is long enough."""
    assert wait_after(
        Result(Outcome.LATER, retry_after=2.0, mailer_wide=True), attempt=1
    ) == timedelta(seconds=2)
    assert (
        wait_after(Result(Outcome.LATER, mailer_wide=True), attempt=1) >= settings.RETRY_FIRST_WAIT
    )
