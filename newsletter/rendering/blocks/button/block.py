"""A button: a link that stands out."""

from pathlib import Path

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.fields import LineField, LinkField

BUTTON = BlockType(
    name="button",
    label="Button",
    icon="smart_button",
    template=Path(__file__).with_name("block.mjml"),
    fields=(
        LineField(name="label", label="Label", maximum=80),
        LinkField(name="url", label="Link", hint="Starts with https:// or mailto:"),
    ),
)
