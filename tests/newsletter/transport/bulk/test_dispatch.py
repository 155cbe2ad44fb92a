"""What a hand-over learns of the mailer, and what it must not blame it for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsletter.core.standstill import elapsed
from newsletter.transport.bulk.dispatch import HandOver
from newsletter.transport.bulk.journal import Journal
from newsletter.transport.results.of_error import Outcome, Verdict
from tests.newsletter.transport.emails import many

type Make = Callable[..., HandOver]

NO_ANSWER = Outcome(Verdict.UNKNOWN, reason="No answer within 20 seconds.")
HUNG_UP = Outcome(Verdict.LATER, reason="421 4.4.2 timeout", mailer_wide=True)
BUSY = Outcome(Verdict.LATER, reason="429", mailer_wide=True, retry_after=2.0)
WRONG = Outcome(Verdict.MISCONFIGURED, reason="401")


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    with Journal(tmp_path, "claim", {"mailer": "smtp"}) as journal:

        def made(*, stood_still: bool, closes_in: float = 60) -> HandOver:
            return HandOver(
                journal,
                mailer="smtp",
                closes_at=elapsed() + closes_in,
                is_stopping=lambda: False,
                stood_still_since=lambda moment: stood_still,
            )

        yield made


def told(hand_over: HandOver, *outcomes: Outcome) -> HandOver:
    recipients = many(len(outcomes))
    hand_over.note(begun=recipients)
    hand_over.note(ended=zip(recipients, outcomes, strict=True))
    return hand_over


@pytest.mark.parametrize("outcomes", [(NO_ANSWER, NO_ANSWER), (HUNG_UP,), (NO_ANSWER, HUNG_UP, NO_ANSWER)])
def test_a_mailer_is_not_blamed_for_an_answer_that_nobody_was_there_to_hear(make: Make, outcomes: tuple[Outcome, ...]) -> None:
    still, here = told(make(stood_still=True), *outcomes), told(make(stood_still=False), *outcomes)

    assert (still.verdict_on_mailer, still.is_over, still.knows_the_mailer) == (None, False, False)
    assert [outcome.verdict for outcome in still.outcomes.values()] == [outcome.verdict for outcome in outcomes], "the doubt itself stays"
    assert here.verdict_on_mailer is not None
    assert here.knows_the_mailer


@pytest.mark.parametrize("outcome", [BUSY, WRONG])
def test_what_a_mailer_says_counts_whoever_stood_still(make: Make, outcome: Outcome) -> None:
    hand_over = told(make(stood_still=True), outcome)

    assert hand_over.verdict_on_mailer is not None
    assert hand_over.knows_the_mailer


def test_what_begins_after_a_standstill_is_weighed_as_ever(tmp_path: Path) -> None:
    """Else a mailer that is silent for good would put one message after the other in doubt."""
    ended_at = [0.0]
    with Journal(tmp_path, "claim", {"mailer": "smtp"}) as journal:
        hand_over = HandOver(
            journal,
            mailer="smtp",
            closes_at=elapsed() + 60,
            is_stopping=lambda: False,
            stood_still_since=lambda moment: moment < ended_at[0],
        )
        before, after = many(8)[:4], many(8)[4:]
        hand_over.note(begun=before)
        ended_at[0] = elapsed()
        hand_over.note(begun=after, ended=[(recipient, NO_ANSWER) for recipient in before])
        assert not hand_over.is_over

        hand_over.note(ended=[(recipient, NO_ANSWER) for recipient in after])

    assert hand_over.verdict_on_mailer == hand_over.outcomes[after[1].key]


def test_connections_that_can_not_be_made_are_excused_once(make: Make) -> None:
    hand_over = make(stood_still=True)
    for recipient in many(2):
        hand_over.note(ended=[(recipient, HUNG_UP)])
    assert hand_over.verdict_on_mailer is not None


def test_nothing_begins_once_the_lease_has_nearly_run_out(make: Make) -> None:
    hand_over = make(stood_still=True, closes_in=-1)

    assert hand_over.wait() is None
    assert not hand_over.note(begun=many(1))
