"""An image is cut around its focal point, as far as its edges allow."""

from io import BytesIO

import pytest
from PIL import Image

from newsletter.media.crops import SQUARE, WIDE, Shape, box_around
from newsletter.media.reencode import cut, reencode
from tests.newsletter.media.pictures import RED, opened, picture

BLUE = (20, 40, 200)


@pytest.mark.parametrize(
    ("size", "shape", "focus", "box"),
    [
        ((1200, 800), SQUARE, (50, 50), (200, 0, 1000, 800)),
        ((1200, 800), SQUARE, (0, 0), (0, 0, 800, 800)),
        ((1200, 800), SQUARE, (100, 100), (400, 0, 1200, 800)),
        ((1200, 800), SQUARE, (40, 90), (80, 0, 880, 800)),
        ((800, 1200), SQUARE, (50, 20), (0, 0, 800, 800)),
        ((800, 1200), SQUARE, (50, 60), (0, 320, 800, 1120)),
        ((1200, 630), WIDE, (9, 9), (0, 0, 1200, 630)),
        ((1200, 2400), WIDE, (50, 50), (0, 885, 1200, 1515)),
        ((120, 2400), SQUARE, (50, 100), (0, 2280, 120, 2400)),
        ((1, 1), WIDE, (50, 50), (0, 0, 1, 1)),
        ((1200, 1), SQUARE, (99, 50), (1188, 0, 1189, 1)),
    ],
)
def test_the_focal_point_is_in_the_middle_as_far_as_the_edges_allow(
    size: tuple[int, int], shape: Shape, focus: tuple[int, int], box: tuple[int, int, int, int]
) -> None:
    assert box_around(size, shape, focus) == box


@pytest.mark.parametrize("size", [(7, 2400), (1200, 3), (2, 2), (1200, 629), (333, 175)])
@pytest.mark.parametrize("shape", [SQUARE, WIDE])
@pytest.mark.parametrize("focus", [(0, 0), (50, 50), (100, 100), (1, 99)])
def test_no_part_lies_outside_of_the_image(
    size: tuple[int, int], shape: Shape, focus: tuple[int, int]
) -> None:
    left, top, right, bottom = box_around(size, shape, focus)
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]


def test_the_part_is_cut_out_and_scaled() -> None:
    image = Image.new("RGB", (200, 100), RED)
    image.paste(BLUE, (100, 0, 200, 100))
    whole = reencode(picture_of(image))[1][-1]
    [left] = cut(whole, 0, 0, 100, 100, 50, 50)[1]
    [right] = cut(whole, 100, 0, 200, 100, 50, 50)[1]
    assert opened(left).size == opened(right).size == (50, 50)
    assert is_near(opened(left), RED)
    assert is_near(opened(right), BLUE)


def test_what_is_transparent_becomes_white() -> None:
    whole = reencode(picture("PNG", size=(60, 60), mode="RGBA", colour=(0, 0, 0, 0)))[1][-1]
    [content] = cut(whole, 0, 0, 60, 60, 60, 60)[1]
    assert is_near(opened(content), (255, 255, 255))
    assert opened(content).mode in ("RGB", "P", "L")


def picture_of(image: Image.Image) -> bytes:
    """Return an image as a file."""
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def is_near(image: Image.Image, colour: tuple[int, int, int]) -> bool:
    """Return whether the middle of an image has nearly this colour."""
    pixel = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    return all(abs(one - other) <= 12 for one, other in zip(pixel, colour, strict=True))
