"""A block that only tests know: a person's portrait, name, words and page."""

from pathlib import Path

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.fields import (
    ImageUrlField,
    LineField,
    LinesField,
    LinkField,
    RichTextField,
)

PROFILE = BlockType(
    name="profile",
    label="Profile",
    icon="person",
    template=Path(__file__).with_name("block.mjml"),
    fields=(
        LineField(name="name", label="Name", maximum=80),
        ImageUrlField(name="portrait", label="Portrait"),
        LinesField(name="words", label="In their words", maximum=200),
        RichTextField(name="about", label="About them"),
        LinkField(name="page", label="Their page", hint="Starts with https://"),
    ),
)
