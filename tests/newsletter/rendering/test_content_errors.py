"""Faults in words."""

import pytest

from newsletter.rendering.content_errors import BlockError, as_sentence


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        ("is empty", "Fill in this field."),
        ("is unknown here", "It is unknown here."),
        ("must be text, not 5", "It must be text, not 5."),
        ("there is no merge field {x}", "There is no merge field {x}."),
        ("Really?", "Really?"),
        ("", "."),
    ],
)
def test_a_problem_becomes_a_sentence(problem: str, sentence: str) -> None:
    assert as_sentence(problem) == sentence


def test_a_fault_says_where_and_what() -> None:
    fault = BlockError("contents.en.subject", "is empty")
    assert (fault.path, fault.problem) == ("contents.en.subject", "is empty")
    assert str(fault) == "contents.en.subject: is empty"
