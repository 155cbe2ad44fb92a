"""Images of the library in the composer: those that blocks show, and choosing one for a block."""

from collections.abc import Sequence
from typing import Protocol

from campaigns.studio.media.library import LibraryImage, listed
from newsletter.media.image_files import key_of
from newsletter.media.image_use import reference_to
from newsletter.models import MediaImage
from newsletter.rendering.blocks.fields import InputKind
from newsletter.rendering.blocks.image.block import DECORATION
from newsletter.rendering.blocks.registry import BLOCK_TYPES

OFFERED = 12
"""Images that a block offers, those that were uploaded last."""
CHOOSE = "picture"
"""The act of a button that puts an image into a block: picture:ID:KEY."""


class HasPicture(Protocol):
    """A block of the form."""

    id: str
    type: str
    values: dict[str, str]


def latest_images() -> list[LibraryImage]:
    """Return the images that blocks offer."""
    return [listed(image) for image in MediaImage.objects.all()[:OFFERED]]


def pictures_of(blocks: Sequence[HasPicture]) -> dict[str, LibraryImage]:
    """Return the image of the library that each block shows, by the block's id."""
    keys = {block.id: key_of(block.values.get(_field_of(block), "")) for block in blocks}
    wanted = {key for key in keys.values() if key}
    images = MediaImage.objects.filter(key__in=wanted) if wanted else []
    by_key = {image.key: listed(image) for image in images}
    return {own_id: by_key[key] for own_id, key in keys.items() if key in by_key}


def choose_picture(blocks: Sequence[HasPicture], words: Sequence[str]) -> int | None:
    """Put an image into a block, with its description where the block has none.

    Args:
        words: the block's id, and the image's key.

    Returns:
        The index of the block; None where there is no such block, or no such image.
    """
    own_id, key = (*words, "", "")[:2]
    index = next((place for place, block in enumerate(blocks) if block.id == own_id), None)
    image = MediaImage.objects.filter(key=key).first()
    if index is None or image is None or not (name := _field_of(blocks[index])):
        return index
    values = blocks[index].values
    values[name] = reference_to(image.key)
    if not values.get("alt", "").strip():
        values["alt"] = image.alt
        values["decorative"] = DECORATION if image.is_decorative else values.get("decorative", "")
    return index


def _field_of(block: HasPicture) -> str:
    """Return the name of a block's field for an image; an empty text where it has none."""
    fields = BLOCK_TYPES[block.type].fields
    return next((each.name for each in fields if each.input_kind is InputKind.IMAGE), "")
