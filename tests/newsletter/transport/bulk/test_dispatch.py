"""A dispatch learns of the mailer from results, and doesn't blame it for our own faults."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsletter.core.standstill import elapsed
from newsletter.transport.bulk.dispatch import Dispatch
from newsletter.transport.bulk.journal import Journal
from newsletter.transport.results.result import Outcome, Result
from tests.newsletter.transport.sample_messages import many

type Make = Callable[..., Dispatch]

NO_ANSWER = Result(Outcome.UNKNOWN, reason="No answer within 20 seconds.")
HUNG_UP = Result(Outcome.LATER, reason="421 4.4.2 timeout", mailer_wide=True)
BUSY = Result(Outcome.LATER, reason="429", mailer_wide=True, retry_after=2.0)
WRONG = Result(Outcome.MISCONFIGURED, reason="401")


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    with Journal(tmp_path, "claim", {"mailer": "smtp"}) as journal:

        def made(*, stood_still: bool, closes_in: float = 60) -> Dispatch:
            return Dispatch(
                journal,
                mailer="smtp",
                closes_at=elapsed() + closes_in,
                is_stopping=lambda: False,
                stood_still_since=lambda moment: stood_still,
            )

        yield made


def told(dispatch: Dispatch, *results: Result) -> Dispatch:
    recipients = many(len(results))
    dispatch.note(begun=recipients)
    dispatch.note(ended=zip(recipients, results, strict=True))
    return dispatch


@pytest.mark.parametrize(
    "results", [(NO_ANSWER, NO_ANSWER), (HUNG_UP,), (NO_ANSWER, HUNG_UP, NO_ANSWER)]
)
def test_a_mailer_is_not_blamed_for_an_answer_that_nobody_was_there_to_hear(
    make: Make, results: tuple[Result, ...]
) -> None:
    still, here = told(make(stood_still=True), *results), told(make(stood_still=False), *results)

    assert (still.result_on_mailer, still.is_over, still.knows_the_mailer) == (None, False, False)
    assert [result.outcome for result in still.results.values()] == [
        result.outcome for result in results
    ], "the doubt itself stays"
    assert here.result_on_mailer is not None
    assert here.knows_the_mailer


@pytest.mark.parametrize("result", [BUSY, WRONG])
def test_what_a_mailer_says_counts_whoever_stood_still(make: Make, result: Result) -> None:
    dispatch = told(make(stood_still=True), result)

    assert dispatch.result_on_mailer is not None
    assert dispatch.knows_the_mailer


def test_what_begins_after_a_standstill_is_weighed_as_ever(tmp_path: Path) -> None:
    """Else a mailer that is silent for good would put one message after the other in doubt."""
    ended_at = [0.0]
    with Journal(tmp_path, "claim", {"mailer": "smtp"}) as journal:
        dispatch = Dispatch(
            journal,
            mailer="smtp",
            closes_at=elapsed() + 60,
            is_stopping=lambda: False,
            stood_still_since=lambda moment: moment < ended_at[0],
        )
        before, after = many(8)[:4], many(8)[4:]
        dispatch.note(begun=before)
        ended_at[0] = elapsed()
        dispatch.note(begun=after, ended=[(recipient, NO_ANSWER) for recipient in before])
        assert not dispatch.is_over

        dispatch.note(ended=[(recipient, NO_ANSWER) for recipient in after])

    assert dispatch.result_on_mailer == dispatch.results[after[1].key]


def test_connections_that_can_not_be_made_are_excused_once(make: Make) -> None:
    dispatch = make(stood_still=True)
    for recipient in many(2):
        dispatch.note(ended=[(recipient, HUNG_UP)])
    assert dispatch.result_on_mailer is not None


def test_nothing_begins_once_the_lease_has_nearly_run_out(make: Make) -> None:
    dispatch = make(stood_still=True, closes_in=-1)

    assert dispatch.request_slot() is None
    assert not dispatch.note(begun=many(1))
