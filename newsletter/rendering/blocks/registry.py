"""All types of block, in the order in which the editor offers them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.button.block import BUTTON
from newsletter.rendering.blocks.divider.block import DIVIDER
from newsletter.rendering.blocks.event_card.block import EVENT_CARD
from newsletter.rendering.blocks.heading.block import HEADING
from newsletter.rendering.blocks.image.block import IMAGE
from newsletter.rendering.blocks.quotation.block import QUOTATION
from newsletter.rendering.blocks.rich_text.block import RICH_TEXT

_registered: dict[str, BlockType] = {}

BLOCK_TYPES: Mapping[str, BlockType] = MappingProxyType(_registered)
"""By name. It follows what is registered later."""


class AlreadyRegistered(ValueError):
    """There is a type of block of that name already."""


def type_of(block: Mapping[str, Any]) -> BlockType | None:
    """Return the type of a block, or None if there is no such type."""
    name = block.get("type")
    return BLOCK_TYPES.get(name) if isinstance(name, str) else None


def register(block_type: BlockType) -> None:
    """Offer one more type of block, behind those that are there.

    Raises:
        AlreadyRegistered: its name is taken.
    """
    if block_type.name in _registered:
        raise AlreadyRegistered(f"there is a block {block_type.name!r} already")
    _registered[block_type.name] = block_type


def unregister(block_type: BlockType) -> None:
    """Take a type of block out again."""
    del _registered[block_type.name]


for _block_type in (HEADING, RICH_TEXT, EVENT_CARD, BUTTON, IMAGE, QUOTATION, DIVIDER):
    register(_block_type)
