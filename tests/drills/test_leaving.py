"""The drill finds what is sent to somebody who had left, and lets an answer be taken back."""

from collections import Counter

import pytest

from tests.drills.leaving import ANSWER, Leaving
from tests.drills.provider_account import Sums


def found(leaving: Leaving, *taken: float) -> list[str]:
    row = {"id": 1, "ref": "r1", "status": "accepted"}
    return list(leaving.told_all_the_same([row], Sums({"r1": [*taken]}, Counter())))


def left_at_five(deed: str) -> Leaving:
    leaving = Leaving()
    leaving.begin([1], deed=deed, at=5.0)
    return leaving


@pytest.mark.parametrize("deed", ["unsubscribe", "call_off", ANSWER])
def test_what_was_sent_before_is_no_fault_and_what_is_sent_afterwards_is(deed: str) -> None:
    assert not found(left_at_five(deed), 4.0)
    assert deed in found(left_at_five(deed), 6.0)[0]


def test_an_answer_that_is_taken_back_lets_the_email_be_sent_from_then_on() -> None:
    leaving = left_at_five(ANSWER)
    leaving.end([1, 2], at=8.0)
    assert not found(leaving, 9.0)
    assert found(leaving, 7.0)


def test_an_answer_takes_back_no_unsubscribing() -> None:
    leaving = left_at_five("unsubscribe")
    leaving.begin([1], deed=ANSWER, at=6.0)
    leaving.end([1], at=8.0)
    assert len(found(leaving, 9.0)) == 1


def test_an_answer_that_is_given_again_counts_from_the_first_and_a_third_one_anew() -> None:
    leaving = left_at_five(ANSWER)
    leaving.begin([1], deed=ANSWER, at=7.0)
    assert found(leaving, 6.0)
    leaving.end([1], at=8.0)
    leaving.begin([1], deed=ANSWER, at=10.0)
    assert not found(leaving, 9.0)
    assert len(found(leaving, 11.0)) == 1
