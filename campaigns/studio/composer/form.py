"""The composer's form: subject, preheader and blocks as typed, whether they are valid or not."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from campaigns.content.check_content import MAXIMUM_LINE
from campaigns.models import CampaignContent
from campaigns.studio.composer.pictures import choose_picture
from campaigns.studio.media.picker import CHOOSE
from newsletter.models import MediaImage
from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.clean import (
    MAXIMUM_BLOCKS,
    blocks_that_need_an_event,
    clean_blocks,
    faults_of,
)
from newsletter.rendering.blocks.ids import is_id, new_id, with_ids
from newsletter.rendering.blocks.registry import BLOCK_TYPES
from newsletter.rendering.content_errors import BlockError, as_sentence
from newsletter.rendering.text import clean_line

MAXIMUM_REMOVED = 20
"""Removed blocks that can be put back."""


class IncompleteForm(ValueError):
    """The form didn't arrive as it was sent, or holds what this version doesn't know."""


@dataclass(slots=True)
class TypedBlock:
    """One block as typed."""

    type: str
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """By field; "" is the block as a whole."""
    id: str = field(default_factory=new_id)

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
            "id": self.id,
            "type": self.type,
            **{each.name: self.values.get(each.name, "") for each in self.definition.fields},
        }


@dataclass(slots=True)
class ComposerForm:
    """The whole form of one language."""

    subject: str = ""
    preheader: str = ""
    blocks: list[TypedBlock] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    """By field: subject, preheader; "" is the email as a whole."""
    removed: list[tuple[int, TypedBlock]] = field(default_factory=list)
    """Blocks that were removed since the page was opened, with their places; the last one last."""

    @property
    def error(self) -> str:
        """The error of the email as a whole."""
        return self.errors.get("", "")

    @property
    def has_errors(self) -> bool:
        return bool(self.errors) or any(block.errors for block in self.blocks)

    def data(self) -> list[dict[str, Any]]:
        """Return all blocks in their JSON shape."""
        return [block.as_data() for block in self.blocks]

    def removed_data(self) -> list[list[Any]]:
        """Return the removed blocks for the form's own field, as `read_form` takes them."""
        return [[place, block.as_data()] for place, block in self.removed]


def saved_form(content: CampaignContent) -> ComposerForm:
    """Return the form of what is saved. Blocks of unknown types are left out."""
    known = [block for block in with_ids(content.blocks) if block.get("type") in BLOCK_TYPES]
    return ComposerForm(content.subject, content.preheader, [_block(block) for block in known])


def _block(data: Mapping[str, Any]) -> TypedBlock:
    values = {name: str(value) for name, value in data.items() if name not in ("id", "type")}
    return TypedBlock(data["type"], values, id=data["id"])


def read_form(typed: Mapping[str, str]) -> ComposerForm:
    """Read the form as it was typed.

    Unknown fields are dropped.

    Args:
        typed: subject, preheader, `blocks` with the ids of the blocks in their order, and for each
            of them ID-type and the fields of its type, such as ID-text.

    Raises:
        IncompleteForm: whoever saved it would lose blocks.
    """
    order = typed.get("blocks", "-").split()
    names = ["subject", "preheader", *(f"{each}-type" for each in order)]
    if not all(map(is_id, order)) or len({*order}) < len(order) or {*names} - {*typed}:
        raise IncompleteForm("Part of the form didn’t arrive. Reload the page and try again.")
    blocks = []
    # One more than there may be, so that saving says so instead of dropping what is behind.
    for each in order[: MAXIMUM_BLOCKS + 1]:
        block_type = BLOCK_TYPES.get(typed[f"{each}-type"])
        if block_type is None:
            # Saving would drop it. Another host, with a newer version, may know it.
            raise IncompleteForm("This server doesn’t know one of the blocks. Try again later.")
        names = [each.name for each in block_type.fields]
        values = {name: typed.get(f"{each}-{name}", "") for name in names}
        blocks.append(TypedBlock(block_type.name, values, id=each))
    removed = _read_removed(typed.get("removed", ""))
    return ComposerForm(typed["subject"], typed["preheader"], blocks, removed=removed)


def _read_removed(text: str) -> list[tuple[int, TypedBlock]]:
    """Read the blocks that were removed. What isn't in their shape is left out."""
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    removed = []
    for each in found if isinstance(found, list) else []:
        match each:
            case [int(place), {"type": str(name), **texts}] if name in BLOCK_TYPES and place >= 0:
                own_id = texts.pop("id", None)
                values = {str(key): _typed_text(text) for key, text in texts.items()}
                block = TypedBlock(name, values, id=own_id if is_id(own_id) else new_id())
                removed.append((place, block))
    return removed[-MAXIMUM_REMOVED:]


def _typed_text(value: object) -> str:
    """Return a text as a form can send it: of lone surrogates, which JSON can hold, none."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def rearrange(
    form: ComposerForm, act: str, *, images: QuerySet[MediaImage] | None = None
) -> int | None:
    """Add, move, remove or put back a block, as one of the form's buttons asks.

    Args:
        act: `add:TYPE`, `add:TYPE:ID` for a block below another, `up:ID`, `down:ID`,
            `duplicate:ID`, `remove:ID`, or `put_back`, which undoes the last removal. Anything
            else changes nothing.
        images: of the library, that may be chosen.

    Returns:
        The index of the block that takes the cursor next, or None.
    """
    action, *arguments = act.split(":")
    if action == "add" and arguments and arguments[0] in BLOCK_TYPES:
        below = _index(form, arguments[1:]) if arguments[1:] else len(form.blocks) - 1
        return _add(form, arguments[0], below)
    if action == CHOOSE:
        offered = MediaImage.objects.none() if images is None else images
        return choose_picture(form.blocks, arguments, offered)
    if action == "put_back":
        return _put_back(form)
    index = _index(form, arguments)
    if index is None:
        return None
    if action == "remove":
        form.removed = [*form.removed, (index, form.blocks.pop(index))][-MAXIMUM_REMOVED:]
        return min(index, len(form.blocks) - 1) if form.blocks else None
    if action == "duplicate":
        block = form.blocks[index]
        return _insert(form, TypedBlock(block.type, dict(block.values)), below=index)
    other = {"up": index - 1, "down": index + 1}.get(action)
    if other is None or not 0 <= other < len(form.blocks):
        return index
    form.blocks[index], form.blocks[other] = form.blocks[other], form.blocks[index]
    return other


def _add(form: ComposerForm, type_name: str, below: int | None) -> int | None:
    return None if below is None else _insert(form, TypedBlock(type_name), below=below)


def _insert(form: ComposerForm, block: TypedBlock, *, below: int) -> int | None:
    if len(form.blocks) >= MAXIMUM_BLOCKS:
        return None
    form.blocks.insert(below + 1, block)
    return below + 1


def _put_back(form: ComposerForm) -> int | None:
    if not form.removed or len(form.blocks) >= MAXIMUM_BLOCKS:
        return None
    place, block = form.removed.pop()
    place = min(place, len(form.blocks))
    if any(each.id == block.id for each in form.blocks):
        block.id = new_id()
    form.blocks.insert(place, block)
    return place


def _index(form: ComposerForm, words: Sequence[str]) -> int | None:
    """Return where the block stands whose id is the first of `words`."""
    ids = [each.id for each in form.blocks]
    return ids.index(words[0]) if words and words[0] in ids else None


_PLACE = re.compile(r"blocks\[(\d+)\](?:\.(\w+))?\Z")


def find_errors(form: ComposerForm, *, has_event: bool = True) -> bool:
    """Check every part of the form, and put each error beside its field.

    All parts are checked, so that a person sees at once all that is wrong.

    Args:
        has_event: whether blocks that need an event have one.

    Returns:
        Whether there is no error.
    """
    for name, required in (("subject", True), ("preheader", False)):
        try:
            clean_line(getattr(form, name), path=name, maximum=MAXIMUM_LINE, required=required)
        except BlockError as error:
            add_error(form, error.path, error.problem)
    for index, block in enumerate(form.blocks):
        for fault in faults_of(block.as_data(), path=f"blocks[{index}]"):
            add_error(form, fault.path, fault.problem)
    if not has_event:
        for path, label in blocks_that_need_an_event(form.data(), path="blocks"):
            problem = f"the {label.lower()} needs an event. Choose one, or remove this block"
            add_error(form, path, problem)
    return not form.has_errors


def add_error(form: ComposerForm, path: str, problem: str) -> None:
    """Put an error beside the field that its path names, or above the form."""
    words = as_sentence(problem)
    place = _PLACE.search(path)
    if place and int(place[1]) < len(form.blocks):
        form.blocks[int(place[1])].errors[place[2] or ""] = words
        return
    name = path.rpartition(".")[2]
    form.errors[name if name in ("subject", "preheader") else ""] = words


def showable(form: ComposerForm) -> list[dict[str, Any]]:
    """Return the blocks that are complete enough for a preview, cleaned."""
    shown: list[dict[str, Any]] = []
    for block in form.blocks:
        try:
            shown += clean_blocks([block.as_data()])
        except BlockError:
            continue
    return shown
