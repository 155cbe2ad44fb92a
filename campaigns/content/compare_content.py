"""The difference of two versions of one language, block by block."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from newsletter.core.word_difference import DifferenceBudget, TextPiece, word_difference
from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.fields import BlockField, ChoiceField, InputKind
from newsletter.rendering.blocks.ids import with_ids
from newsletter.rendering.blocks.registry import type_of
from newsletter.rendering.text_part import text_part_of

type Content = Mapping[str, Any]
"""Subject, preheader and blocks."""
type _Key = tuple[str, Any]
NOTHING: Content = {"subject": "", "preheader": "", "blocks": []}
_LINES = {"subject": "Subject", "preheader": "Preview text"}


class ChangeKind(StrEnum):
    """The kinds of changes of a block."""

    ADDED = "Added"
    REMOVED = "Removed"
    CHANGED = "Changed"
    MOVED = "Moved"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of which the words, or only the formatting, are others."""

    label: str
    pieces: Sequence[TextPiece]
    """Empty: the words are the same."""


@dataclass(frozen=True, slots=True)
class BlockChange:
    """One block, or line, that differs. The subject and the preheader are changes of their own."""

    label: str
    kinds: Sequence[ChangeKind]
    fields: Sequence[FieldChange] = field(default=())


def compare_content(before: Content, after: Content) -> list[BlockChange]:
    """Return what differs between two versions, in the order of the later one.

    A block that was removed stands where it stood. Blocks are known by their ids.
    """
    budget = DifferenceBudget()
    lines = [
        BlockChange(
            label,
            [ChangeKind.CHANGED],
            [FieldChange(label, word_difference(old, new, budget=budget))],
        )
        for name, label in _LINES.items()
        if (old := before[name]) != (new := after[name])
    ]
    blocks = _blocks(with_ids(before["blocks"]), with_ids(after["blocks"]), budget)
    return [*lines, *blocks]


def _blocks(
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    budget: DifferenceBudget,
) -> Iterator[BlockChange]:
    old, new = _by_key(before), _by_key(after)
    stayed = [each for each in old if each in new]
    moved = _moved(stayed, [each for each in new if each in old])
    gone = iter(old)
    for key, block in new.items():
        if key not in old:
            yield _whole(block, ChangeKind.ADDED, budget)
            continue
        if key not in moved:  # what was removed above it is said first
            for earlier in gone:
                if earlier == key:
                    break
                if earlier not in new:
                    yield _whole(old[earlier], ChangeKind.REMOVED, budget)
        fields = list(_fields(old[key], block, budget))
        kinds = [ChangeKind.CHANGED] * bool(fields) + [ChangeKind.MOVED] * (key in moved)
        if kinds:
            yield BlockChange(_label(block), kinds, fields)
    for left in gone:
        if left not in new:
            yield _whole(old[left], ChangeKind.REMOVED, budget)


def _by_key(blocks: Sequence[Mapping[str, Any]]) -> dict[_Key, Mapping[str, Any]]:
    """Return blocks by id and type: another type under the same id is another block."""
    return {(block["id"], block.get("type")): block for block in blocks}


def _moved(before: Sequence[_Key], after: Sequence[_Key]) -> set[_Key]:
    """Return the fewest blocks whose move explains the other order."""
    place = {key: index for index, key in enumerate(before)}
    best: list[list[_Key]] = []
    for key in after:
        ends = [run for run in best if place[run[-1]] < place[key]]
        best.append([*_longest(ends), key])
    return set(after) - set(_longest(best))


def _longest(runs: Sequence[list[_Key]]) -> list[_Key]:
    return max(runs, key=lambda run: len(run)) if runs else []


def _whole(block: Mapping[str, Any], kind: ChangeKind, budget: DifferenceBudget) -> BlockChange:
    empty = {"id": block["id"], "type": block.get("type")}
    before, after = (empty, block) if kind is ChangeKind.ADDED else (block, empty)
    return BlockChange(_label(block), [kind], list(_fields(before, after, budget)))


def _fields(
    before: Mapping[str, Any], after: Mapping[str, Any], budget: DifferenceBudget
) -> Iterator[FieldChange]:
    for each in _fields_of(after):
        old, new = str(before.get(each.name) or ""), str(after.get(each.name) or "")
        if old == new:
            continue
        old_words, new_words = _words(each, old), _words(each, new)
        same = old_words.split() == new_words.split()
        pieces = [] if same else word_difference(old_words, new_words, budget=budget)
        yield FieldChange(each.label, pieces)


def _fields_of(block: Mapping[str, Any]) -> Sequence[BlockField]:
    known: BlockType | None = type_of(block)
    return known.fields if known else ()


def _words(field: BlockField, value: str) -> str:
    if field.input_kind is InputKind.RICH_TEXT:
        return text_part_of(value)
    return field.choices.get(value, value) if isinstance(field, ChoiceField) else value


def _label(block: Mapping[str, Any]) -> str:
    known = type_of(block)
    return known.label if known else "Block of a kind that this server doesn’t know"
