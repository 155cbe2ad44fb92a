"""Looking up the images that texts refer to."""

from collections.abc import Iterable

from newsletter.media.image_files import ShownImage, key_of, shown
from newsletter.models import MediaImage


def images_in(values: Iterable[object]) -> dict[str, ShownImage]:
    """Return the images of all references among `values`, by key. What is deleted is left out."""
    keys = {key for value in values if isinstance(value, str) and (key := key_of(value))}
    if not keys:
        return {}
    return {image.key: shown(image) for image in MediaImage.objects.filter(key__in=keys)}
