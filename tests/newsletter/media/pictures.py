"""Images for tests, as bytes."""

from io import BytesIO
from typing import Any

from PIL import Image

RED = (200, 30, 30)


def picture(
    kind: str = "JPEG",
    size: tuple[int, int] = (80, 60),
    *,
    mode: str = "RGB",
    colour: Any = RED,
    **options: Any,
) -> bytes:
    """Return an image of one colour, as a file."""
    file = BytesIO()
    Image.new(mode, size, colour).save(file, kind, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))
