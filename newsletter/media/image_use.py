"""A place that shows an image of the library."""

from dataclasses import dataclass

from newsletter.media.image_files import REFERENCE


@dataclass(frozen=True, slots=True)
class ImageUse:
    """One place.

    Attributes:
        key: the image's.
        label: what staff call the place, such as “Campaign “March meeting””.
        url: its staff page.
        topic_id: the topic that it belongs to, if any: whoever may not know of a need-to-know topic
            isn't shown the place.
    """

    key: str
    label: str
    url: str
    topic_id: int | None = None


def reference_to(key: str) -> str:
    """Return how a block names an image."""
    return f"{REFERENCE}{key}"
