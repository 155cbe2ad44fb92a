"""What the composer's form holds: subject, preheader and blocks as typed, valid or not yet, and what can be done to them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from campaigns.models import CampaignContent
from newsletter.rendering.blocks import (
    MAXIMUM_BLOCKS,
    BlockError,
    clean_blocks,
    clean_line,
    faults_of,
)
from newsletter.rendering.faults import as_sentence

MAXIMUM_LINE = 200


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a block."""

    name: str
    label: str
    widget: str = "line"
    """line, lines, rich, url"""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of block, as staff see it."""

    label: str
    icon: str
    fields: tuple[Field, ...] = ()
    note: str = ""


KINDS: Mapping[str, Kind] = {
    "heading": Kind("Heading", "title", (Field("text", "Heading"),)),
    "rich_text": Kind("Text", "notes", (Field("html", "Text", "rich"),)),
    "event_card": Kind(
        "Event card",
        "event",
        note=(
            "Title, time and place of the campaign's event, in each reader's own time zone and "
            "in UTC."
        ),
    ),
    "button": Kind(
        "Button",
        "smart_button",
        (Field("label", "Label"), Field("url", "Leads to", "url", "https://… or mailto:…")),
    ),
    "image": Kind(
        "Image",
        "image",
        (
            Field(
                "url",
                "Address of the image",
                "url",
                "https://… It is shown from there; nothing is uploaded.",
            ),
            Field(
                "alt", "Alternative text", hint="What readers see or hear who don't load images."
            ),
        ),
    ),
    "quotation": Kind(
        "Quotation",
        "format_quote",
        (Field("text", "Quotation", "lines"), Field("source", "Who said it")),
    ),
    "divider": Kind("Divider", "horizontal_rule", note="A thin line across the letter."),
}


@dataclass(slots=True)
class BlockDraft:
    """One block as typed."""

    type: str
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """By field; "" is the block as a whole."""

    @property
    def kind(self) -> Kind:
        return KINDS[self.type]

    @property
    def error(self) -> str:
        """What is wrong with the block as a whole, or with a part that has no input of its own."""
        names = {each.name for each in self.kind.fields}
        return " ".join(message for name, message in self.errors.items() if name not in names)

    def as_data(self) -> dict[str, Any]:
        """The shape of the contract."""
        return {
            "type": self.type,
            **{each.name: self.values.get(each.name, "") for each in self.kind.fields},
        }


@dataclass(slots=True)
class Draft:
    """The whole form of one language."""

    subject: str = ""
    preheader: str = ""
    blocks: list[BlockDraft] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    """By field: subject, preheader; "" is the letter as a whole."""

    @property
    def has_errors(self) -> bool:
        return bool(self.errors) or any(block.errors for block in self.blocks)

    def data(self) -> list[dict[str, Any]]:
        """All blocks in the shape of the contract."""
        return [block.as_data() for block in self.blocks]


def draft_of(content: CampaignContent | None) -> Draft:
    """What is saved, ready for the form."""
    if content is None:
        return Draft()
    return Draft(
        content.subject,
        content.preheader,
        [_block(block) for block in content.blocks if block.get("type") in KINDS],
    )


def _block(data: Mapping[str, Any]) -> BlockDraft:
    return BlockDraft(
        data["type"], {name: str(value) for name, value in data.items() if name != "type"}
    )


def read_draft(form: Mapping[str, str]) -> Draft:
    """What was typed.

    Unknown types of blocks and fields are dropped; a missing or silly number of blocks means none.
    """
    number = form.get("blocks", "0")
    count = (
        min(int(number), MAXIMUM_BLOCKS)
        if number.isascii() and number.isdigit() and len(number) < 6
        else 0
    )
    blocks = []
    for index in range(count):
        kind = KINDS.get(form.get(f"b{index}-type", ""))
        if kind is not None:
            values = {each.name: form.get(f"b{index}-{each.name}", "") for each in kind.fields}
            blocks.append(BlockDraft(form[f"b{index}-type"], values))
    return Draft(form.get("subject", ""), form.get("preheader", ""), blocks)


def rearrange(draft: Draft, act: str) -> int | None:
    """Do to the blocks what a button says: `add:TYPE`, `add:TYPE:POSITION`, `up:INDEX`, `down:INDEX`, `remove:INDEX`.

    Returns:
        The index of the block that the person will want to go on with, or None.
    """
    verb, *arguments = act.split(":")
    if verb == "add" and arguments and arguments[0] in KINDS:
        return _add(draft, arguments[0], _index(arguments[1:], default=len(draft.blocks)))
    index = _index(arguments)
    if index is None or index >= len(draft.blocks):
        return None
    if verb == "remove":
        del draft.blocks[index]
        return min(index, len(draft.blocks) - 1) if draft.blocks else None
    other = {"up": index - 1, "down": index + 1}.get(verb)
    if other is None or not 0 <= other < len(draft.blocks):
        return index
    draft.blocks[index], draft.blocks[other] = draft.blocks[other], draft.blocks[index]
    return other


def _add(draft: Draft, kind: str, position: int | None) -> int | None:
    if position is None or len(draft.blocks) >= MAXIMUM_BLOCKS:
        return None
    draft.blocks.insert(position, BlockDraft(kind))
    return min(position, len(draft.blocks) - 1)


def _index(words: list[str], *, default: int | None = None) -> int | None:
    if not words:
        return default
    return (
        int(words[0]) if words[0].isascii() and words[0].isdigit() and len(words[0]) < 6 else None
    )


_PLACE = re.compile(r"blocks\[(\d+)\](?:\.(\w+))?\Z")


def check(draft: Draft) -> bool:
    """Look at every part of the form, so that a person sees all that is wrong at once; errors are put beside their fields.

    Returns:
        Whether all is well.
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
    """Put an error of a verb's beside the field that its path names, or over the form."""
    words = as_sentence(problem)
    place = _PLACE.search(path)
    if place and int(place[1]) < len(draft.blocks):
        draft.blocks[int(place[1])].errors[place[2] or ""] = words
        return
    name = path.rpartition(".")[2]
    draft.errors[name if name in ("subject", "preheader") else ""] = words


def showable(draft: Draft) -> list[dict[str, Any]]:
    """The blocks that are complete enough to be shown, cleaned: what a preview is made of while somebody types."""
    shown: list[dict[str, Any]] = []
    for block in draft.blocks:
        try:
            shown += clean_blocks([block.as_data()])
        except BlockError:
            continue
    return shown
