"""A heading. As an email's first block it is the email's title."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.fields import LineField
from newsletter.rendering.blocks.surroundings import Surroundings


def _is_title(block: Mapping[str, Any], around: Surroundings) -> Mapping[str, bool]:
    return {"is_first": around.is_first}


HEADING = BlockType(
    name="heading",
    label="Heading",
    icon="title",
    template=Path(__file__).with_name("block.mjml"),
    fields=(LineField(name="text", label="Heading", maximum=200),),
    more=_is_title,
)
