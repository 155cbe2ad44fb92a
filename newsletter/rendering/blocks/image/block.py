"""An image, with a text for those who don't see it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from newsletter.media.image_files import key_of
from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.fields import ChoiceField, ImageUrlField, LineField
from newsletter.rendering.blocks.surroundings import Surroundings

COLUMN = 536
"""CSS pixels that an image has for itself in an email of one column."""
DECORATION = "yes"

IMAGE_URL = ImageUrlField(
    name="url",
    label="Image",
    hint="An image of your library, or the link of one elsewhere, which starts with https://.",
)
IMAGE_ALT = LineField(
    name="alt",
    label="Alternative text",
    hint="Describes the image to people who can’t see it.",
    maximum=300,
    when_missing="describe the image for people who can’t see it, or mark it as decoration",
)
IMAGE_DECORATION = ChoiceField(
    name="decorative",
    label="Is it only decoration?",
    hint="Decoration says nothing that the text doesn’t say. It needs no alternative text.",
    choices={"no": "No, it shows something", DECORATION: "Yes, decoration only"},
)


def no_text_for_decoration(block: Mapping[str, Any]) -> frozenset[str]:
    """Return the fields that an image needs less."""
    return frozenset({"alt"}) if block.get("decorative") == DECORATION else frozenset()


def image_within(
    column: int,
) -> Callable[[Mapping[str, Any], Surroundings], Mapping[str, Any]]:
    """Return what tells a template how wide an image is shown.

    Outlook takes the width of the file where it isn't told another. An image elsewhere is as wide
    as its column; one of the library is never enlarged.

    Args:
        column: in CSS pixels.
    """

    def more(block: Mapping[str, Any], around: Surroundings) -> Mapping[str, Any]:
        image = around.images.get(key_of(str(block["url"])))
        width = min(column, image.width) if image else column
        # An alternative text of decoration would be read out.
        alt = {"alt": ""} if block.get("decorative") == DECORATION else {}
        url = {"url": image.url_at(width)} if image else {}
        return {"width": width, "is_small": width < column, **alt, **url}

    return more


def missing_image(block: Mapping[str, Any], around: Surroundings) -> str:
    """Return why an image has nothing to show, for staff; else an empty text."""
    key = key_of(str(block.get("url", "")))
    if not key or key in around.images:
        return ""
    return "The image was deleted from the library. Choose another, or remove this block."


IMAGE = BlockType(
    name="image",
    label="Image",
    icon="image",
    template=Path(__file__).with_name("block.mjml"),
    fields=(IMAGE_URL, IMAGE_ALT, IMAGE_DECORATION),
    optional=no_text_for_decoration,
    more=image_within(COLUMN),
)
