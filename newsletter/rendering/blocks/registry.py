"""All types of block, in the order in which the editor offers them."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from newsletter.rendering.blocks.agenda.block import AGENDA
from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.button.block import BUTTON
from newsletter.rendering.blocks.divider.block import DIVIDER
from newsletter.rendering.blocks.documents.block import DOCUMENTS
from newsletter.rendering.blocks.event_card.block import EVENT_CARD
from newsletter.rendering.blocks.figure.block import FIGURE
from newsletter.rendering.blocks.footnote.block import FOOTNOTE
from newsletter.rendering.blocks.heading.block import HEADING
from newsletter.rendering.blocks.image.block import IMAGE
from newsletter.rendering.blocks.image_text.block import IMAGE_TEXT
from newsletter.rendering.blocks.quotation.block import QUOTATION
from newsletter.rendering.blocks.rich_text.block import RICH_TEXT
from newsletter.rendering.blocks.social_links.block import SOCIAL_LINKS
from newsletter.rendering.blocks.speakers.block import SPEAKERS
from newsletter.rendering.blocks.two_columns.block import TWO_COLUMNS

_registered: dict[str, BlockType] = {}

BLOCK_TYPES: Mapping[str, BlockType] = MappingProxyType(_registered)
"""By name. It follows what is registered later."""


class AlreadyRegistered(ValueError):
    """There is a type of block of that name already."""


def type_of(block: Mapping[str, Any]) -> BlockType | None:
    """Return the type of a block, or None if there is no such type."""
    name = block.get("type")
    return BLOCK_TYPES.get(name) if isinstance(name, str) else None


def parts_shown(blocks: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return what blocks show beside their own texts, as `BlockType.shows` names it."""
    return frozenset(
        part
        for block in blocks
        if (known := type_of(block))
        for part in (*known.shows, *known.shows_by_choice(block))
    )


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


for _block_type in (
    HEADING,
    RICH_TEXT,
    EVENT_CARD,
    AGENDA,
    SPEAKERS,
    DOCUMENTS,
    BUTTON,
    IMAGE,
    IMAGE_TEXT,
    TWO_COLUMNS,
    QUOTATION,
    FIGURE,
    DIVIDER,
    FOOTNOTE,
    SOCIAL_LINKS,
):
    register(_block_type)
