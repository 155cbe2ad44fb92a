"""Places that use images of the library: each app says so of what is its own."""

from collections.abc import Collection, Sequence
from typing import cast

from newsletter.media.image_use import ImageUse
from newsletter.media_library.brand_images import brand_uses
from newsletter.signals import asked_where_images_are_used


def uses_of(keys: Collection[str], *, leaving_out: Collection[int] = frozenset()) -> list[ImageUse]:
    """Return all places that show one of these images.

    Args:
        leaving_out: need-to-know topics whose own places needn't be among them.
    """
    answers = asked_where_images_are_used.send(
        sender=None, keys=frozenset(keys), leaving_out=frozenset(leaving_out)
    )
    own = brand_uses(keys)
    return own + [use for _, uses in answers for use in cast("list[ImageUse]", uses)]


def topic_of(uses: Sequence[ImageUse]) -> int | None:
    """Return a need-to-know topic that an image belongs to; None where all staff may know of it."""
    if not all(use.hidden_by for use in uses):
        return None
    return min(frozenset[int]().union(*(use.hidden_by for use in uses)), default=None)
