"""Blocks as they come in: checked, cleaned and capped before they are kept."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.ids import check_ids
from newsletter.rendering.blocks.registry import BLOCK_TYPES, type_of
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.text import as_text, shown, without_control_characters

MAXIMUM_BLOCKS = 60
"""In one email."""
MAXIMUM_TYPED = 60_000
"""Characters of a text that is kept as it was typed: twice the longest that an email may have."""


def clean_blocks(data: object, *, path: str = "blocks") -> list[dict[str, Any]]:
    """Return the blocks of one email as they are kept. Cleaning them again changes nothing.

    Args:
        data: what a program or the studio handed in: a list of objects, each with its `type`. An
            `id` is kept where there is one (newsletter.rendering.blocks.ids).
        path: where the list stands, for messages.

    Raises:
        BlockError: the first fault, with the path of the faulty field. Nothing is taken then.
    """
    if not isinstance(data, list):
        raise BlockError(path, "must be a list of blocks")
    check_number(data, path=path)
    check_ids(data, path=path)
    return [_clean_block(block, path=f"{path}[{index}]") for index, block in enumerate(data)]


def keep_blocks(data: object, *, path: str = "blocks") -> list[dict[str, Any]]:
    """Return the blocks of an email that is being written, whether they are complete or not.

    Each field is cleaned as `clean_blocks` does, so that complete blocks are the same. A text that
    can't be taken yet, such as an empty heading or half a link, is kept as it was typed.

    Raises:
        BlockError: no list of blocks of known types and fields, or a text that can't be stored.
    """
    if not isinstance(data, list):
        raise BlockError(path, "must be a list of blocks")
    check_number(data, path=path)
    check_ids(data, path=path)
    return [_keep_block(block, path=f"{path}[{index}]") for index, block in enumerate(data)]


def check_number(blocks: Sequence[object], *, path: str = "blocks") -> None:
    """Refuse more blocks than one email may hold.

    Raises:
        BlockError: there are more than MAXIMUM_BLOCKS.
    """
    if len(blocks) > MAXIMUM_BLOCKS:
        raise BlockError(path, f"has {len(blocks)} blocks, at most {MAXIMUM_BLOCKS} are possible")


def faults_of(block: object, *, path: str) -> list[BlockError]:
    """Return all that is wrong with one block, where `clean_blocks` stops at the first fault.

    Args:
        path: where it stands, such as blocks[2].
    """
    faults: list[BlockError] = []
    try:
        given, block_type = _checked_shape(block, path=path)
    except BlockError as fault:
        return [fault]
    for field in block_type.fields_of(given):
        try:
            field.clean(given.get(field.name), path=f"{path}.{field.name}")
        except BlockError as fault:
            faults.append(fault)
    return faults


def blocks_that_need_an_event(
    blocks: Sequence[Mapping[str, Any]], *, path: str
) -> list[tuple[str, str]]:
    """Return the path and the label of each block that only a campaign with an event can have.

    Args:
        path: where the list stands, such as contents.en.blocks.
    """
    return [
        (f"{path}[{index}]", block_type.label)
        for index, block in enumerate(blocks)
        if (block_type := type_of(block)) and block_type.needs_event
    ]


def _clean_block(block: object, *, path: str) -> dict[str, Any]:
    given, block_type = _checked_shape(block, path=path)
    return _head(given, block_type) | {
        field.name: field.clean(given.get(field.name), path=f"{path}.{field.name}")
        for field in block_type.fields_of(given)
    }


def _keep_block(block: object, *, path: str) -> dict[str, Any]:
    given, block_type = _checked_shape(block, path=path)
    return _head(given, block_type) | {
        field.name: keep_or_clean(
            partial(field.clean, path=f"{path}.{field.name}"),
            given.get(field.name, ""),
            path=f"{path}.{field.name}",
        )
        for field in block_type.fields_of(given)
    }


def _head(given: Mapping[str, Any], block_type: BlockType) -> dict[str, Any]:
    own_id = {"id": given["id"]} if given.get("id") is not None else {}
    return {**own_id, "type": block_type.name}


def keep_or_clean(
    clean: Callable[[object], str], value: object, *, path: str, maximum: int = MAXIMUM_TYPED
) -> str:
    """Return a cleaned value; one that can't be taken yet, as it was typed.

    Args:
        clean: returns it cleaned, or raises BlockError.
        maximum: in characters, of what is kept as it was typed.

    Raises:
        BlockError: it is no text, is too long to keep, or holds what can't be stored.
    """
    try:
        return clean(value)
    except BlockError:
        typed = as_text(value, path=path, maximum=maximum)
        return without_control_characters(typed, path=path)


def _checked_shape(block: object, *, path: str) -> tuple[Mapping[str, Any], BlockType]:
    """Return the block and its type, if it is an object of a known type without foreign fields."""
    if not isinstance(block, Mapping):
        raise BlockError(path, 'must be an object such as {"type": "heading", "text": "…"}')
    block_type = type_of(block)
    if block_type is None:
        raise BlockError(
            f"{path}.type",
            f"{shown(block.get('type'))} is no block; known are {', '.join(sorted(BLOCK_TYPES))}",
        )
    fields = [field.name for field in block_type.fields]
    for key in block:
        if key not in ("id", "type", *fields):
            known = ", ".join(fields) or "no field but type"
            raise BlockError(
                f"{path}.{shown(key).strip(chr(39))}",
                f"a {block_type.name} block has no such field; it has {known}",
            )
    return block, block_type
