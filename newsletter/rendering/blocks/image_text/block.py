"""An image with text beside it; on a phone the text follows the image."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.fields import ChoiceField, RichTextField
from newsletter.rendering.blocks.image.block import IMAGE_ALT, IMAGE_URL
from newsletter.rendering.blocks.surroundings import Surroundings

AFTER_TEXT = "end"


def _is_image_left(block: Mapping[str, Any], around: Surroundings) -> Mapping[str, bool]:
    return {"image_is_left": (around.writing.start == "left") is (block["side"] != AFTER_TEXT)}


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
        RichTextField(name="html", label="Text"),
        ChoiceField(
            name="side",
            label="Place of the image",
            choices={"start": "Before the text", AFTER_TEXT: "After the text"},
        ),
    ),
    more=_is_image_left,
)
