"""Blocks as they come in: checked, cleaned and capped before they are kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.registry import BLOCK_TYPES, type_of
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.text import shown

MAXIMUM_BLOCKS = 60
"""In one email."""


def clean_blocks(data: object, *, path: str = "blocks") -> list[dict[str, Any]]:
    """Return the blocks of one email as they are kept. Cleaning them again changes nothing.

    Args:
        data: what a program or the studio handed in: a list of objects, each with its `type`.
        path: where the list stands, for messages.

    Raises:
        BlockError: the first fault, with the path of the faulty field. Nothing is taken then.
    """
    if not isinstance(data, list):
        raise BlockError(path, "must be a list of blocks")
    check_number(data, path=path)
    return [_clean_block(block, path=f"{path}[{index}]") for index, block in enumerate(data)]


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
    for field in block_type.fields:
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
    return {"type": block_type.name} | {
        field.name: field.clean(given.get(field.name), path=f"{path}.{field.name}")
        for field in block_type.fields
    }


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
        if key != "type" and key not in fields:
            known = ", ".join(fields) or "no field but type"
            raise BlockError(
                f"{path}.{shown(key).strip(chr(39))}",
                f"a {block_type.name} block has no such field; it has {known}",
            )
    return block, block_type
