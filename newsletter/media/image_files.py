"""Names and addresses of the files of images."""

import re
from dataclasses import dataclass

from django.conf import settings

from newsletter.models import MediaImage

EMAIL_WIDTH = 600
"""CSS pixels, of an email's body."""
KEY_BYTES = 12
"""Nobody guesses a number of 96 bits."""
FOLDER = "media"
REFERENCE = "media:"
"""Before an image's key, it stands for the image in a block, whatever host it is served at."""
_REFERENCE = re.compile(rf"{REFERENCE}([0-9a-f]{{{2 * KEY_BYTES}}})\Z")
FILE_NAME = re.compile(
    rf"(?P<key>[0-9a-f]{{{2 * KEY_BYTES}}})-"
    r"(?:(?P<shape>[a-z]{1,10})-(?P<focus>\d{1,3}-\d{1,3})-)?"
    r"(?P<width>[1-9]\d{0,4})x(?P<height>[1-9]\d{0,4})\.(?P<ending>jpg|png)\Z"
)
"""Of a whole image, or of a crop, whose name says around which point it is cut."""
CONTENT_TYPES = {"jpg": "image/jpeg", "png": "image/png"}


@dataclass(frozen=True, slots=True)
class ShownImage:
    """An image as an email shows it.

    Attributes:
        width, height: in CSS pixels, as wide as an email at most, and never larger than its source.
        files: width in pixels and absolute address of each file, the smallest first.
    """

    width: int
    height: int
    files: tuple[tuple[int, str], ...]

    def url_at(self, width: int) -> str:
        """Return the file for an image that is shown so wide, on dense screens, too.

        Args:
            width: in CSS pixels.
        """
        wide_enough = (url for pixels, url in self.files if pixels >= 2 * width)
        return next(wide_enough, self.files[-1][1])

    def within(self, width: int, height: int) -> tuple[int, str]:
        """Return how wide it is shown in a box, in CSS pixels, and the file for that."""
        scale = min(1.0, width / self.width, height / self.height)
        shown_width = max(1, round(self.width * scale))
        return shown_width, self.url_at(shown_width)


def key_of(value: str) -> str:
    """Return the key in a reference such as media:0123…; an empty text in anything else."""
    found = _REFERENCE.match(value.strip())
    return found[1] if found else ""


def reference_in(url: str) -> str:
    """Return the reference that the address of one of our files stands for; else an empty text."""
    beginning = settings.SITE_URL + path_of_file("")
    found = FILE_NAME.match(url.strip().removeprefix(beginning))
    return f"{REFERENCE}{found['key']}" if found and url.strip().startswith(beginning) else ""


def file_name(key: str, width: int, height: int, ending: str) -> str:
    """Return the name of one size's file."""
    return f"{key}-{width}x{height}.{ending}"


def names_of(image: MediaImage) -> list[str]:
    """Return the names of the files of the whole image, the smallest first."""
    return [file_name(image.key, width, height, end) for width, height, end, _ in image.sizes]


def path_of_file(name: str) -> str:
    """Return the path at which a file is served. It has no language, and never changes."""
    return f"/{FOLDER}/{name}"


def shown(image: MediaImage) -> ShownImage:
    """Return an image as an email shows it."""
    plain = [size for size in image.sizes if size[0] <= EMAIL_WIDTH]
    width, height, *_ = plain[-1]
    urls = (settings.SITE_URL + path_of_file(name) for name in names_of(image))
    pixels = (size[0] for size in image.sizes)
    return ShownImage(width, height, tuple(zip(pixels, urls, strict=True)))


def thumbnail(image: MediaImage) -> str:
    """Return the path of the smallest file."""
    return path_of_file(names_of(image)[0])
