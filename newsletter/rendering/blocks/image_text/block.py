"""An image with text beside it; on a phone the text follows the image."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.fields import ChoiceField, RichTextField
from newsletter.rendering.blocks.image.block import (
    IMAGE_ALT,
    IMAGE_DECORATION,
    IMAGE_URL,
    image_within,
    no_text_for_decoration,
)
from newsletter.rendering.blocks.surroundings import Surroundings

AFTER_TEXT = "end"
COLUMN = 196
"""CSS pixels: two fifths of an email, without what is left free beside it."""
_width = image_within(COLUMN)


def _image(block: Mapping[str, Any], around: Surroundings) -> Mapping[str, Any]:
    is_left = (around.writing.start == "left") is (block["side"] != AFTER_TEXT)
    return {"image_is_left": is_left, **_width(block, around)}


IMAGE_TEXT = BlockType(
    name="image_text",
    label="Image with text",
    icon="art_track",
    note="On a phone the text follows the image.",
    template=Path(__file__).with_name("block.mjml"),
    has_own_section=True,
    fields=(
        IMAGE_URL,
        IMAGE_ALT,
        IMAGE_DECORATION,
        RichTextField(name="html", label="Text"),
        ChoiceField(
            name="side",
            label="Place of the image",
            choices={"start": "Before the text", AFTER_TEXT: "After the text"},
        ),
    ),
    optional=no_text_for_decoration,
    more=_image,
)
