"""Two texts side by side; on a phone the second follows the first."""

from pathlib import Path

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.fields import RichTextField

TWO_COLUMNS = BlockType(
    name="two_columns",
    label="Two columns",
    icon="view_column_2",
    note="On a phone the second column follows the first.",
    template=Path(__file__).with_name("block.mjml"),
    has_own_section=True,
    fields=(
        RichTextField(name="first", label="First column"),
        RichTextField(name="second", label="Second column"),
    ),
)
