"""Places that use images of the library: each app says so of what is its own."""

from collections.abc import Collection
from typing import cast

from newsletter.media.image_use import ImageUse
from newsletter.media_library.brand_images import brand_uses
from newsletter.signals import asked_where_images_are_used


def uses_of(keys: Collection[str]) -> list[ImageUse]:
    """Return all places that show one of these images."""
    answers = asked_where_images_are_used.send(sender=None, keys=frozenset(keys))
    own = brand_uses(keys)
    return own + [use for _, uses in answers for use in cast("list[ImageUse]", uses)]
