"""Images of the library in the composer: those that blocks show, and choosing one for a block."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.db.models import QuerySet

from campaigns.content.hidden_images import hidden_images
from campaigns.content.image_uses import keys_in
from campaigns.studio.media.library import LibraryImage, listed
from newsletter.media.image_files import key_of
from newsletter.media.image_use import reference_to
from newsletter.models import MediaImage
from newsletter.rendering.blocks.fields import InputKind
from newsletter.rendering.blocks.image.block import DECORATION
from newsletter.rendering.blocks.registry import BLOCK_TYPES
from subscribers.need_to_know.hidden import Account

NO_IMAGE = "This is no image of the library. Choose one below, or upload one."


class HasPicture(Protocol):
    """A block of the form."""

    id: str
    type: str
    values: dict[str, str]
    errors: dict[str, str]


def pictures_of(
    blocks: Sequence[HasPicture], images: QuerySet[MediaImage]
) -> dict[str, LibraryImage]:
    """Return the image of the library that each block shows, by the block's id.

    Args:
        images: those that whoever looks may know of.
    """
    keys = {block.id: key_of(block.values.get(_field_of(block), "")) for block in blocks}
    wanted = {key for key in keys.values() if key}
    found = images.filter(key__in=wanted) if wanted else []
    by_key = {image.key: listed(image) for image in found}
    return {own_id: by_key[key] for own_id, key in keys.items() if key in by_key}


def choose_picture(
    blocks: Sequence[HasPicture], words: Sequence[str], images: QuerySet[MediaImage]
) -> int | None:
    """Put an image into a block, with its description where the block has none.

    Args:
        words: the block's id, and the image's key.
        images: those that whoever chooses may know of.

    Returns:
        The index of the block; None where there is no such block, or no such image.
    """
    own_id, key = (*words, "", "")[:2]
    index = next((place for place, block in enumerate(blocks) if block.id == own_id), None)
    image = images.filter(key=key).first()
    if index is None or image is None or not (name := _field_of(blocks[index])):
        return index
    values = blocks[index].values
    values[name] = reference_to(image.key)
    if not values.get("alt", "").strip():
        values["alt"] = image.alt
        values["decorative"] = DECORATION if image.is_decorative else values.get("decorative", "")
    return index


def refuse_hidden(
    blocks: Sequence[HasPicture], account: Account, *, saved: Sequence[Mapping[str, Any]]
) -> bool:
    """Put an error beside each image that somebody may not know of.

    Whoever has an address out of an email could else read here what staff call the image.

    Args:
        saved: the blocks that are saved, whose images are known.

    Returns:
        Whether there is such an image.
    """
    keys = {block.id: key_of(block.values.get(_field_of(block), "")) for block in blocks}
    new = {key for key in keys.values() if key} - keys_in(saved)
    hidden = new & hidden_images(account) if new else set()
    for block in blocks:
        if keys[block.id] in hidden:
            block.errors[_field_of(block)] = NO_IMAGE
    return bool(hidden)


def _field_of(block: HasPicture) -> str:
    """Return the name of a block's field for an image; an empty text where it has none."""
    fields = BLOCK_TYPES[block.type].fields
    return next((each.name for each in fields if each.input_kind is InputKind.IMAGE), "")
