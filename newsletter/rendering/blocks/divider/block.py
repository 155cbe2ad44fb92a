"""A thin line between two parts of an email. The text part shows it as three stars."""

from pathlib import Path

from newsletter.rendering.blocks.block_type import BlockType

DIVIDER = BlockType(
    name="divider",
    label="Divider",
    icon="horizontal_rule",
    note="A thin line across the email.",
    template=Path(__file__).with_name("block.mjml"),
)
