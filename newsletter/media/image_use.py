"""A place that shows an image of the library."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from newsletter.media.image_files import REFERENCE

_MANY = 100
"""Images that are looked for one by one. SQLite takes no condition of a thousand parts."""


@dataclass(frozen=True, slots=True)
class ImageUse:
    """One place.

    Attributes:
        key: the image's.
        label: what staff call the place, such as “Campaign “March meeting””.
        url: its staff page.
        hidden_by: need-to-know topics. Whoever may know of none of them isn't shown the place, nor
            an image that is used in such places alone. Empty: all staff may know of it.
    """

    key: str
    label: str
    url: str
    hidden_by: frozenset[int] = frozenset()


def reference_to(key: str) -> str:
    """Return how a block names an image."""
    return f"{REFERENCE}{key}"


def names_one_of(keys: Collection[str] | None, column: str) -> Q:
    """Return the condition that the text of a column may name one of these images.

    Rows that it selects needn't do so: of many images, it is that they name any.

    Args:
        keys: of the images; None: any.
        column: JSON as text.
    """
    few = keys if keys is not None and len(keys) <= _MANY else [""]
    wanted = Q(pk=None)
    for key in few:
        wanted |= Q(**{f"{column}__contains": reference_to(key)})
    return wanted
