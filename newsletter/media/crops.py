"""Crops: the part of an image around its focal point, in a shape that some places need.

No mail program cuts an image, so each crop is a file of its own. Its name holds the focal point:
another point makes another file, and emails that were sent keep theirs.
"""

from dataclasses import dataclass

from django.conf import settings

from newsletter.media.image_files import file_name, names_of, path_of_file
from newsletter.models import MediaImage

type Focus = tuple[int, int]
"""Per cent of an image’s width and height."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape that images are cut to.

    Attributes:
        name: in the names of files. It is stored, so it never changes.
        width, height: in pixels, of a crop; a smaller image gives a smaller one of this proportion.
    """

    name: str
    width: int
    height: int


SQUARE = Shape("square", 240, 240)
"""For portraits, which are shown at 72 to 96 CSS pixels, on dense screens, too."""
WIDE = Shape("wide", 1200, 630)
"""For pictures of events. Where links are shared, it is the shape that is shown whole."""
SHAPES = {shape.name: shape for shape in (SQUARE, WIDE)}


@dataclass(frozen=True, slots=True)
class Crop:
    """A file that shows the part of an image around its focal point.

    Attributes:
        width, height: in pixels.
    """

    name: str
    width: int
    height: int

    @property
    def path(self) -> str:
        """The path at which it is served."""
        return path_of_file(self.name)

    @property
    def url(self) -> str:
        """Its absolute address."""
        return settings.SITE_URL + self.path


def crop_of(image: MediaImage, shape: Shape, *, focus: Focus | None = None) -> Crop | None:
    """Return the crop around a point, or None where there is none yet.

    Args:
        image: as it is saved.
        focus: the point. None: the focal point that the image has.
    """
    across, down = focus or (image.focus_x, image.focus_y)
    for name, x, y, width, height, ending, _ in image.crops:
        if (name, x, y) == (shape.name, across, down):
            return Crop(crop_name(image.key, shape, (x, y), (width, height), ending), width, height)
    return None


def crop_name(key: str, shape: Shape, focus: Focus, size: tuple[int, int], ending: str) -> str:
    """Return the name of a crop’s file."""
    return file_name(f"{key}-{shape.name}-{focus[0]}-{focus[1]}", *size, ending)


def all_names_of(image: MediaImage) -> list[str]:
    """Return the names of all files of an image, those of its crops included."""
    return names_of(image) + [
        crop_name(image.key, SHAPES[name], (x, y), (width, height), ending)
        for name, x, y, width, height, ending, _ in image.crops
    ]


def box_around(size: tuple[int, int], shape: Shape, focus: Focus) -> tuple[int, int, int, int]:
    """Return the largest part of an image that has a shape: left, top, right, bottom, in pixels.

    The focal point is in its middle, as far as the edges of the image allow.

    Args:
        size: of the image, in pixels.
    """
    width = max(1, min(size[0], round(size[1] * shape.width / shape.height)))
    height = max(1, min(size[1], round(size[0] * shape.height / shape.width)))
    left = _start(size[0], width, focus[0])
    top = _start(size[1], height, focus[1])
    return left, top, left + width, top + height


def _start(whole: int, part: int, per_cent: int) -> int:
    return min(max(0, round(whole * per_cent / 100 - part / 2)), whole - part)
