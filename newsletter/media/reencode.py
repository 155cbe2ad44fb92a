"""A program that makes an image anew from its pixels: nothing of the uploaded file stays.

It runs as a process of its own (newsletter.media.reencode_apart), because decoders of images are
where hostile files do harm. So it imports nothing of ours, and puts walls around itself (confine.py
beside it) before it reads. It reads the file from its input, and writes one line of JSON, with the
bytes of the images that it names behind it. With six numbers as arguments it cuts a part out of an
image instead, as `cut` takes them; with the word `walls` it says which walls it has to do without.
"""

import hashlib
import json
import sys
import warnings
from dataclasses import asdict, dataclass
from importlib import import_module
from io import BytesIO
from pathlib import Path

from PIL import (  # the decoders register themselves
    AvifImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

DECODERS = (
    JpegImagePlugin,
    MpoImagePlugin,  # photos of many phones, which say that they are JPEG
    PngImagePlugin,
    GifImagePlugin,
    WebPImagePlugin,
    AvifImagePlugin,
)
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
"""What is tried. Pillow knows forty more, of which nobody needs one for an email."""
MAXIMUM_PIXELS = 50_000_000
MAXIMUM_SIDE = 20_000
WIDTHS = (240, 600, 1200)
"""Pixels: of our own lists, the width of an email, and twice that for phones and other dense
screens."""
TALLEST = 2
"""An image is at most so many times as high as an email is wide."""
FEW_COLOURS = 256
WORTH_IT = 2
"""A drawing is a PNG, whose edges stay sharp, where that takes at most so many times the bytes."""
LARGE_PNG = 400_000
"""Bytes, beyond which an image with transparency is reduced to 256 colours."""

NAMES = {
    b"%PDF": "a PDF",
    b"8BPS": "a Photoshop file",
    b"II*\x00": "a TIFF",
    b"MM\x00*": "a TIFF",
    b"BM": "a BMP",
    b"\x00\x00\x01\x00": "an icon",
    b"%!PS": "an EPS",
    b"PK\x03\x04": "an archive or an Office file",
}
"""First bytes of files that people try."""


class UnusableImage(Exception):
    """A file that isn't taken. The message can be shown."""


@dataclass(frozen=True, slots=True)
class Made:
    """One image that was made: its size in pixels, the ending of its name, and its bytes."""

    width: int
    height: int
    ending: str
    length: int


def main() -> None:
    """Make images of the file that is on the input."""
    missing = _walled()
    if sys.argv[1:] == ["walls"]:
        sys.stdout.write(json.dumps(missing))
        return
    content, numbers = sys.stdin.buffer.read(), [int(each) for each in sys.argv[1:]]
    try:
        answer, images = cut(content, *numbers) if numbers else reencode(content)
    except UnusableImage as problem:
        answer, images = {"problem": str(problem)}, []
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(images))


def _walled() -> list[str]:
    """Put up the walls, and return the names of those that are missing."""
    Image.preinit()  # what Pillow imports with its first image can't be read any more then
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # inside the walls there are none
    sys.path.insert(0, str(Path(__file__).parent))  # Python's -I leaves it out
    return list(import_module("confine").confine())


def reencode(content: bytes) -> tuple[dict[str, object], list[bytes]]:
    """Make the sizes of an image.

    Args:
        content: the file.

    Returns:
        What was made (`digest` of the pixels, `is_animated`, `sizes` as of Made), and its bytes.

    Raises:
        UnusableImage: it isn't taken, with the reason.
    """
    try:
        source = _opened(content)
        is_animated = bool(getattr(source, "is_animated", False)) and source.format != "MPO"
        largest, has_few_colours = _largest(source)
    except UnusableImage:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnusableImage(_TOO_LARGE) from error
    except MemoryError as error:
        raise UnusableImage("The image is too large to be opened. Save it smaller.") from error
    except Exception as error:
        raise UnusableImage(
            "The image is damaged or not complete. Open it, save it again as JPEG or PNG, and "
            "choose the new file."
        ) from error
    sizes, images = [], []
    for image in _sizes(largest):
        encoded, ending = _encoded(image, has_few_colours=has_few_colours)
        sizes.append(asdict(Made(image.width, image.height, ending, len(encoded))))
        images.append(encoded)
    digest = hashlib.sha256(f"{largest.mode} {largest.size} ".encode() + largest.tobytes())
    return {"digest": digest.hexdigest(), "is_animated": is_animated, "sizes": sizes}, images


def cut(
    content: bytes, left: int, top: int, right: int, bottom: int, width: int, height: int
) -> tuple[dict[str, object], list[bytes]]:
    """Cut a part out of a file that `reencode` made, and scale it. It is opaque, on white.

    Args:
        content: the file.
        left, top, right, bottom: the part, in pixels.
        width, height: the size that it gets, in pixels.

    Returns:
        As of `reencode`, with a single size.
    """
    source = _opened(content)
    image = source.convert("RGBA")
    whole = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    part = whole.resize(
        (width, height), Image.Resampling.LANCZOS, (left, top, right, bottom), reducing_gap=3.0
    )
    encoded, ending = _encoded(part, has_few_colours=source.format == "PNG")
    made = asdict(Made(width, height, ending, len(encoded)))
    digest = hashlib.sha256(part.tobytes()).hexdigest()
    return {"digest": digest, "is_animated": False, "sizes": [made]}, [encoded]


_TOO_LARGE = (
    f"The image has more than {MAXIMUM_PIXELS // 1_000_000} megapixels, or a side of more than "
    f"{MAXIMUM_SIDE:,} pixels. Save it smaller."
)


def _opened(content: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MAXIMUM_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if not content:
        raise UnusableImage("The file is empty.")
    try:
        source = Image.open(BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise UnusableImage(_what_it_is(content)) from error
    if source.width * source.height > MAXIMUM_PIXELS or max(source.size) > MAXIMUM_SIDE:
        raise UnusableImage(_TOO_LARGE)
    return source


def _what_it_is(content: bytes) -> str:
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"<svg" in content[:4096].lower():
        return "This is an SVG, which mail programs don’t show. Save it as PNG."
    if start[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc", b"ftypmsf1"):
        return "This is a HEIC photo, which mail programs don’t show. Save it as JPEG."
    for beginning, name in NAMES.items():
        if start.startswith(beginning):
            return f"This is {name}, not an image for emails. Save it as JPEG or PNG."
    return "This file is no image that we can read. Choose a JPEG, PNG, GIF, WebP or AVIF."


def _largest(source: Image.Image) -> tuple[Image.Image, bool]:
    """Return the largest size that is made, upright, in sRGB; and whether it is a drawing."""
    profile = source.info.get("icc_profile")
    box = _box_of(source)
    # A JPEG can be decoded at a half, a quarter or an eighth, which takes as much less memory.
    source.draft(None, (box[0] * 2, box[1] * 2))
    source.load()
    image = _with_plain_pixels(source)
    is_photo = source.format in ("JPEG", "MPO")
    is_drawing = not is_photo and image.getcolors(FEW_COLOURS) is not None
    if box != image.size:
        image = image.resize(box, Image.Resampling.LANCZOS, reducing_gap=3.0)
    image = _in_srgb(ImageOps.exif_transpose(image), profile)
    if image.mode == "RGBA" and image.getchannel("A").getextrema()[0] == 255:
        image = image.convert("RGB")
    return _without_notes(image), is_drawing


def _box_of(source: Image.Image) -> tuple[int, int]:
    """Return the largest size in which an image fits once it is upright, before it is turned."""
    is_turned = source.getexif().get(ExifTags.Base.Orientation) in (5, 6, 7, 8)
    width, height = _box(source.size[::-1] if is_turned else source.size, WIDTHS[-1])
    return (height, width) if is_turned else (width, height)


def _box(size: tuple[int, int], width: int) -> tuple[int, int]:
    """Return the size that fits, in proportion, never enlarged."""
    scale = min(1.0, width / size[0], width * TALLEST / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _with_plain_pixels(image: Image.Image) -> Image.Image:
    """Return an image that can be scaled: no palette, 8 bits."""
    if image.mode.startswith("I"):  # 16 bits
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    has_transparency = "transparency" in image.info or image.mode in ("PA", "La", "RGBa")
    if image.mode == "P" or has_transparency:
        return image.convert("RGBA" if has_transparency else "RGB")
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "LA":
        return image.convert("RGBA")
    return image if image.mode in ("L", "RGB", "RGBA", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            return _by_profile(image, profile)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # the profile is damaged, or of another kind of image
    return image if image.mode in ("RGB", "RGBA") else image.convert("RGB")


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    own, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    plain = image.convert("RGB") if alpha else image
    converted = ImageCms.profileToProfile(plain, own, srgb, outputMode="RGB")
    if converted is None:
        raise ValueError("nothing was converted")
    if alpha:
        converted.putalpha(alpha)
    return converted


def _without_notes(image: Image.Image) -> Image.Image:
    """Drop what Pillow would write into a new file: profile, comment, place and camera."""
    image.info = {}
    return image


def _sizes(largest: Image.Image) -> list[Image.Image]:
    """Return the sizes, the smallest first, each once."""
    boxes = dict.fromkeys(_box(largest.size, width) for width in WIDTHS)
    return [
        largest if box == largest.size else largest.resize(box, Image.Resampling.LANCZOS)
        for box in boxes
    ]


def _encoded(image: Image.Image, *, has_few_colours: bool) -> tuple[bytes, str]:
    file = BytesIO()
    if image.mode == "RGBA":
        image.save(file, "PNG", optimize=True)
        if file.tell() > LARGE_PNG:
            file = BytesIO()
            image.quantize(256, method=Image.Quantize.FASTOCTREE).save(file, "PNG", optimize=True)
        return file.getvalue(), "png"
    image.save(file, "JPEG", quality=82, optimize=True, progressive=True)
    if has_few_colours:
        sharp = BytesIO()
        image.save(sharp, "PNG", optimize=True)
        # A grey photo has few colours, too.
        if sharp.tell() <= file.tell() * WORTH_IT:
            return sharp.getvalue(), "png"
    return file.getvalue(), "jpg"


if __name__ == "__main__":
    main()
