"""The composer's form: subject, preheader and blocks as typed, whether they are valid or not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from campaigns.content.shape import MAXIMUM_LINE
from campaigns.models import CampaignContent
from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.clean import MAXIMUM_BLOCKS, clean_blocks, faults_of
from newsletter.rendering.blocks.registry import BLOCK_TYPES
from newsletter.rendering.faults import BlockError, as_sentence
from newsletter.rendering.text import clean_line


@dataclass(slots=True)
class BlockDraft:
    """One block as typed."""

    type: str
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """By field; "" is the block as a whole."""

    @property
    def definition(self) -> BlockType:
        return BLOCK_TYPES[self.type]

    @property
    def error(self) -> str:
        """The errors of the block as a whole, and of parts that have no input of their own."""
        names = {each.name for each in self.definition.fields}
        return " ".join(message for name, message in self.errors.items() if name not in names)

    def as_data(self) -> dict[str, Any]:
        """Return the block in its JSON shape."""
        return {
            "type": self.type,
            **{each.name: self.values.get(each.name, "") for each in self.definition.fields},
        }


@dataclass(slots=True)
class Draft:
    """The whole form of one language."""

    subject: str = ""
    preheader: str = ""
    blocks: list[BlockDraft] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    """By field: subject, preheader; "" is the email as a whole."""

    @property
    def has_errors(self) -> bool:
        return bool(self.errors) or any(block.errors for block in self.blocks)

    def data(self) -> list[dict[str, Any]]:
        """Return all blocks in their JSON shape."""
        return [block.as_data() for block in self.blocks]


def draft_of(content: CampaignContent | None) -> Draft:
    """Return the form of what is saved. Blocks of unknown types are left out."""
    if content is None:
        return Draft()
    return Draft(
        content.subject,
        content.preheader,
        [_block(block) for block in content.blocks if block.get("type") in BLOCK_TYPES],
    )


def _block(data: Mapping[str, Any]) -> BlockDraft:
    return BlockDraft(
        data["type"], {name: str(value) for name, value in data.items() if name != "type"}
    )


def read_draft(form: Mapping[str, str]) -> Draft:
    """Read the form as it was typed.

    Unknown types of blocks and unknown fields are dropped. A missing or impossible number of blocks
    means none.
    """
    number = form.get("blocks", "0")
    count = (
        min(int(number), MAXIMUM_BLOCKS)
        if number.isascii() and number.isdigit() and len(number) < 6
        else 0
    )
    blocks = []
    for index in range(count):
        block_type = BLOCK_TYPES.get(form.get(f"b{index}-type", ""))
        if block_type is not None:
            names = [each.name for each in block_type.fields]
            values = {name: form.get(f"b{index}-{name}", "") for name in names}
            blocks.append(BlockDraft(block_type.name, values))
    return Draft(form.get("subject", ""), form.get("preheader", ""), blocks)


def rearrange(draft: Draft, act: str) -> int | None:
    """Add, move or remove a block, as one of the form's buttons asks.

    Args:
        act: `add:TYPE`, `add:TYPE:POSITION`, `up:INDEX`, `down:INDEX` or `remove:INDEX`. Anything
            else changes nothing.

    Returns:
        The index of the block that takes the cursor next, or None.
    """
    action, *arguments = act.split(":")
    if action == "add" and arguments and arguments[0] in BLOCK_TYPES:
        return _add(draft, arguments[0], _index(arguments[1:], default=len(draft.blocks)))
    index = _index(arguments)
    if index is None or index >= len(draft.blocks):
        return None
    if action == "remove":
        del draft.blocks[index]
        return min(index, len(draft.blocks) - 1) if draft.blocks else None
    other = {"up": index - 1, "down": index + 1}.get(action)
    if other is None or not 0 <= other < len(draft.blocks):
        return index
    draft.blocks[index], draft.blocks[other] = draft.blocks[other], draft.blocks[index]
    return other


def _add(draft: Draft, type_name: str, position: int | None) -> int | None:
    if position is None or len(draft.blocks) >= MAXIMUM_BLOCKS:
        return None
    draft.blocks.insert(position, BlockDraft(type_name))
    return min(position, len(draft.blocks) - 1)


def _index(words: list[str], *, default: int | None = None) -> int | None:
    if not words:
        return default
    return (
        int(words[0]) if words[0].isascii() and words[0].isdigit() and len(words[0]) < 6 else None
    )


_PLACE = re.compile(r"blocks\[(\d+)\](?:\.(\w+))?\Z")


def check(draft: Draft) -> bool:
    """Check every part of the form, and put each error beside its field.

    All parts are checked, so that a person sees at once all that is wrong.

    Returns:
        Whether there is no error.
    """
    for name, required in (("subject", True), ("preheader", False)):
        try:
            clean_line(getattr(draft, name), path=name, maximum=MAXIMUM_LINE, required=required)
        except BlockError as error:
            place_error(draft, error.path, error.problem)
    for index, block in enumerate(draft.blocks):
        for fault in faults_of(block.as_data(), path=f"blocks[{index}]"):
            place_error(draft, fault.path, fault.problem)
    return not draft.has_errors


def place_error(draft: Draft, path: str, problem: str) -> None:
    """Put an error beside the field that its path names, or above the form."""
    words = as_sentence(problem)
    place = _PLACE.search(path)
    if place and int(place[1]) < len(draft.blocks):
        draft.blocks[int(place[1])].errors[place[2] or ""] = words
        return
    name = path.rpartition(".")[2]
    draft.errors[name if name in ("subject", "preheader") else ""] = words


def showable(draft: Draft) -> list[dict[str, Any]]:
    """Return the blocks that are complete enough for a preview, cleaned."""
    shown: list[dict[str, Any]] = []
    for block in draft.blocks:
        try:
            shown += clean_blocks([block.as_data()])
        except BlockError:
            continue
    return shown
