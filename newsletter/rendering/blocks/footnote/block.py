"""A footnote: small text, such as a source or a condition."""

from pathlib import Path

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.fields import RichTextField

FOOTNOTE = BlockType(
    name="footnote",
    label="Footnote",
    icon="superscript",
    template=Path(__file__).with_name("block.mjml"),
    fields=(RichTextField(name="html", label="Footnote"),),
)
