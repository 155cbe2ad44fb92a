"""An image that stays where it is on the web, with a text for those who don't see it."""

from pathlib import Path

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.fields import ImageUrlField, LineField

IMAGE_URL = ImageUrlField(
    name="url",
    label="Image link",
    hint="Starts with https://. The image stays there. Nothing is uploaded.",
)
IMAGE_ALT = LineField(
    name="alt",
    label="Alternative text",
    hint="Describes the image to people who can’t see it.",
    maximum=300,
    when_missing="describe the image for people who can’t see it",
)

IMAGE = BlockType(
    name="image",
    label="Image",
    icon="image",
    template=Path(__file__).with_name("block.mjml"),
    fields=(IMAGE_URL, IMAGE_ALT),
)
