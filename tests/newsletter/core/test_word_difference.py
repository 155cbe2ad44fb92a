"""Differences of texts, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.core.word_difference import (
    DifferenceBudget,
    PieceKind,
    TextPiece,
    word_difference,
)

SAME, REMOVED, ADDED = PieceKind.SAME, PieceKind.REMOVED, PieceKind.ADDED


def said(before: str, after: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in word_difference(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("", "", []),
        ("The same.", "The same.", [(SAME, "The same.")]),
        ("", "New", [(ADDED, "New")]),
        ("Old", "", [(REMOVED, "Old")]),
        (
            "We meet on Tuesday in Kyiv.",
            "We meet on Friday in Kyiv.",
            [(SAME, "We meet on "), (REMOVED, "Tuesday "), (ADDED, "Friday "), (SAME, "in Kyiv.")],
        ),
        ("one  two\nthree", "one two three", [(SAME, "one two three")]),
        (
            "اجتماع الثلاثاء",
            "اجتماع الجمعة",
            [(SAME, "اجتماع "), (REMOVED, "الثلاثاء"), (ADDED, "الجمعة")],
        ),
        ("会議は火", "会議は金", [(SAME, "会議は"), (REMOVED, "火"), (ADDED, "金")]),
    ],
)
def test_words_that_changed_are_told_from_those_that_stayed(
    before: str, after: str, pieces: list[tuple[str, str]]
) -> None:
    assert said(before, after) == pieces


def without(pieces: list[TextPiece], kind: PieceKind) -> list[str]:
    return "".join(piece.text for piece in pieces if piece.kind != kind).split()


words = st.lists(st.sampled_from(["a", "b", "c ", "d\n", "漢", "  ", "é"]), max_size=30).map(
    "".join
)


@given(words, words)
def test_the_pieces_make_both_texts(before: str, after: str) -> None:
    pieces = word_difference(before, after)
    assert "".join(without(pieces, ADDED)) == "".join(before.split())
    assert "".join(piece.text for piece in pieces if piece.kind != REMOVED) == after


def test_long_texts_without_a_word_in_common_are_shown_one_after_the_other() -> None:
    before, after = "a " * 10_000, "b " * 10_000
    assert said(before, after) == [(REMOVED, before), (ADDED, after)]


def test_differences_of_a_page_take_no_more_work_than_their_budget() -> None:
    budget = DifferenceBudget(100)
    before, after = "a b " * 20, "b c " * 20 + "c"
    pieces = word_difference(before, after, budget=budget)
    assert [piece.kind for piece in pieces] == [REMOVED, ADDED]
    assert budget.left >= 50
    left = budget.left
    pieces = word_difference("a b ", "b c", budget=budget)
    assert [piece.text for piece in pieces] == ["a ", "b ", "c"]
    assert budget.left < left
