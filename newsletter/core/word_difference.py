"""The difference of two texts, word by word, as people read changes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

MAXIMUM_WORK = 4_000_000
"""Pairs of words that are compared, at most: some seconds at worst. Beyond it the texts are shown
one after the other."""

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


def word_difference(before: str, after: str) -> list[TextPiece]:
    """Return the pieces that lead from one text to the other, in reading order.

    All but the added ones make `before`, all but the removed ones `after`. White space that differs
    alone is no difference, and is shown as in `after`.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces = [TextPiece(kind, "".join(words)) for kind, words in _pieces(old, new) if any(words)]
    return [
        TextPiece(kind, "".join(piece.text for piece in group))
        for kind, group in groupby(pieces, key=lambda piece: piece.kind)
    ]


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[PieceKind, Sequence[str]]]:
    old_keys, new_keys = ([word.rstrip() for word in words] for words in (old, new))
    start = _common(old_keys, new_keys)
    end = _common(old_keys[start:][::-1], new_keys[start:][::-1])
    old_end, new_end = len(old) - end, len(new) - end
    yield PieceKind.SAME, new[:start]
    if (old_end - start) * (new_end - start) > MAXIMUM_WORK:
        yield PieceKind.REMOVED, old[start:old_end]
        yield PieceKind.ADDED, new[start:new_end]
    else:
        matcher = SequenceMatcher(
            None, old_keys[start:old_end], new_keys[start:new_end], autojunk=False
        )
        for tag, i, i_end, j, j_end in matcher.get_opcodes():
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
