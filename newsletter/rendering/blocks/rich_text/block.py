"""Formatted text: paragraphs, lists, links."""

from pathlib import Path

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.fields import RichTextField

RICH_TEXT = BlockType(
    name="rich_text",
    label="Text",
    icon="notes",
    template=Path(__file__).with_name("block.mjml"),
    fields=(RichTextField(name="html", label="Text"),),
)
