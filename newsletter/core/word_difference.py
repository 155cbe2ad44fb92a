"""The difference of two texts, word by word, as people read changes."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from enum import StrEnum
from itertools import groupby

MAXIMUM_WORK = 4_000_000
"""Pairs of equal words that are looked at for one page, at most: a second or two at worst. Beyond
it texts are shown one after the other."""

# Spaces belong to the word before them. Scripts that write without spaces are compared by
# characters: CJK, Thai and the like.
_WORDS = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|"
    r"[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+\s*|\s+"
)


class PieceKind(StrEnum):
    """The kinds of pieces of a difference."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A run of words that both texts have, or one of them."""

    kind: PieceKind
    text: str


@dataclass(slots=True)
class DifferenceBudget:
    """The work that all differences of one page may take together, in pairs of equal words.

    One difference takes half of what is left at most, so that a long one leaves some for others.
    """

    left: int = MAXIMUM_WORK


class _TooMuchWork(Exception):
    """A difference takes more than is left for it."""


class _Matcher(SequenceMatcher[str]):
    """The standard library's, which takes the cube of a length at worst, within a budget."""

    def __init__(self, old: Sequence[str], new: Sequence[str], budget: DifferenceBudget) -> None:
        super().__init__(None, old, new, autojunk=False)
        self._old, self._numbers = old, Counter(new)
        self._budget = budget
        self._end = budget.left - budget.left // 2

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """Find the longest run that both have within these bounds.

        Raises:
            _TooMuchWork: it would look at more pairs than are left.
        """
        pairs = sum(1 + self._numbers[word] for word in self._old[alo:ahi])
        if self._budget.left - pairs < self._end:
            raise _TooMuchWork
        self._budget.left -= pairs
        return super().find_longest_match(alo, ahi, blo, bhi)


def word_difference(
    before: str, after: str, *, budget: DifferenceBudget | None = None
) -> list[TextPiece]:
    """Return the pieces that lead from one text to the other, in reading order.

    All but the added ones make `before`, all but the removed ones `after`. White space that differs
    alone is no difference, and is shown as in `after`.

    Args:
        budget: of the page, if it shows several differences.
    """
    budget = budget or DifferenceBudget()
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces = [
        TextPiece(kind, "".join(words)) for kind, words in _pieces(old, new, budget) if any(words)
    ]
    return [
        TextPiece(kind, "".join(piece.text for piece in group))
        for kind, group in groupby(pieces, key=lambda piece: piece.kind)
    ]


def _pieces(
    old: Sequence[str], new: Sequence[str], budget: DifferenceBudget
) -> Iterator[tuple[PieceKind, Sequence[str]]]:
    old_keys, new_keys = ([word.rstrip() for word in words] for words in (old, new))
    start = _common(old_keys, new_keys)
    end = _common(old_keys[start:][::-1], new_keys[start:][::-1])
    old_end, new_end = len(old) - end, len(new) - end
    yield PieceKind.SAME, new[:start]
    try:
        matcher = _Matcher(old_keys[start:old_end], new_keys[start:new_end], budget)
        codes = matcher.get_opcodes()
    except _TooMuchWork:
        codes = [("replace", 0, old_end - start, 0, new_end - start)]
    for tag, i, i_end, j, j_end in codes:
        if tag == "equal":
            yield PieceKind.SAME, new[start + j : start + j_end]
        else:
            yield PieceKind.REMOVED, old[start + i : start + i_end]
            yield PieceKind.ADDED, new[start + j : start + j_end]
    yield PieceKind.SAME, new[new_end:]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many words both begin with."""
    number = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        number += 1
    return number
