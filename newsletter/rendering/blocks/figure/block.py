"""A figure that stands out, such as “49 million”, with what it counts."""

from pathlib import Path

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.fields import LineField, LinesField

FIGURE = BlockType(
    name="figure",
    label="Figure",
    icon="looks_one",
    template=Path(__file__).with_name("block.mjml"),
    fields=(
        LineField(name="figure", label="Figure", hint="Such as 49 million.", maximum=40),
        LinesField(name="text", label="Explanation", maximum=400),
        LineField(name="source", label="Source", maximum=200, required=False),
    ),
)
