"""A quotation, with or without its source."""

from pathlib import Path

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.fields import LineField, LinesField

QUOTATION = BlockType(
    name="quotation",
    label="Quotation",
    icon="format_quote",
    template=Path(__file__).with_name("block.mjml"),
    fields=(
        LinesField(name="text", label="Quotation", maximum=2000),
        LineField(name="source", label="Attribution", maximum=200, required=False),
    ),
)
