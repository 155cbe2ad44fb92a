"""Images are made anew: nothing of a file but its pixels stays, at the sizes of emails."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from newsletter.media.reencode import (
    LARGE_PNG,
    MAXIMUM_PIXELS,
    MAXIMUM_SIDE,
    UnusableImage,
    reencode,
)
from tests.newsletter.media.pictures import RED, opened, picture

NOT_WHOLE = "damaged or not complete"


def sizes_of(content: bytes) -> list[tuple[int, int]]:
    return [opened(image).size for image in reencode(content)[1]]


def largest(content: bytes) -> Image.Image:
    return opened(reencode(content)[1][-1])


def is_near(pixel: object, colour: tuple[int, ...], *, by: int = 12) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) <= by for one, other in zip(pixel, colour, strict=True))


def png_that_says(width: int, height: int, data: bytes = b"") -> bytes:
    """Return a PNG with a head of this size and other pixels than it says."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + kind
            + content
            + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((4000, 3000), [(240, 180), (600, 450), (1200, 900)]),
        ((1200, 900), [(240, 180), (600, 450), (1200, 900)]),
        ((700, 350), [(240, 120), (600, 300), (700, 350)]),
        ((120, 40), [(120, 40)]),
        ((300, 6000), [(24, 480), (60, 1200), (120, 2400)]),
        ((1, 1), [(1, 1)]),
    ],
)
def test_sizes_are_for_lists_phones_and_dense_screens_and_never_enlarged(
    size: tuple[int, int], expected: list[tuple[int, int]]
) -> None:
    assert sizes_of(picture(size=size)) == expected


def test_a_photo_stays_a_jpeg_and_a_drawing_becomes_a_png() -> None:
    assert largest(picture("JPEG")).format == "JPEG"
    assert largest(picture("WEBP", lossless=True)).format == "PNG"  # of one colour
    noise = Image.effect_noise((200, 200), 60).convert("RGB")
    file = BytesIO()
    noise.save(file, "PNG")
    assert largest(file.getvalue()).format == "JPEG"


def test_transparency_stays_and_is_reduced_where_it_takes_too_much() -> None:
    small = largest(picture("PNG", mode="RGBA", colour=(*RED, 90)))
    assert small.format == "PNG"
    assert is_near(small.convert("RGBA").getpixel((5, 5)), (*RED, 90))
    noise = Image.effect_noise((1200, 900), 90)
    image = Image.merge("RGBA", [noise, noise.rotate(90), noise.rotate(180), noise.rotate(45)])
    file = BytesIO()
    image.save(file, "PNG")
    content = reencode(file.getvalue())[1][-1]
    assert opened(content).mode == "P"
    assert len(content) < 3 * LARGE_PNG


def test_an_image_that_is_opaque_throughout_is_no_png_for_its_alpha_channel() -> None:
    noise = Image.effect_noise((200, 200), 60)
    image = Image.merge("RGBA", [noise, noise, noise, Image.new("L", noise.size, 255)])
    file = BytesIO()
    image.save(file, "PNG")
    assert largest(file.getvalue()).format == "JPEG"


def test_the_camera_s_orientation_is_applied() -> None:
    image = Image.new("RGB", (80, 40), RED)
    image.paste((0, 0, 255), (0, 0, 40, 40))
    exif = image.getexif()
    exif[0x0112] = 6  # turned by 90 degrees
    file = BytesIO()
    image.save(file, "JPEG", exif=exif, quality=95)
    upright = largest(file.getvalue())
    assert upright.size == (40, 80)
    assert is_near(upright.getpixel((20, 10)), (0, 0, 255), by=30)


def test_no_note_of_the_file_stays() -> None:
    image = Image.new("RGB", (50, 50), RED)
    exif = image.getexif()
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    for kind, options in (
        ("JPEG", {"exif": exif, "comment": b"SECRETCOMMENT", "xmp": b"<SECRETXMP/>"}),
        ("WEBP", {"exif": exif, "xmp": b"<SECRETXMP/>"}),
        ("PNG", {"exif": exif, "pnginfo": _text("SECRETTEXT")}),
        ("GIF", {"comment": b"SECRETCOMMENT"}),
    ):
        file = BytesIO()
        image.save(file, kind, **options)
        assert b"SECRET" in file.getvalue(), kind
        for made in reencode(file.getvalue())[1]:
            assert b"SECRET" not in made, kind
            assert {*opened(made).info} <= {
                "jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression",
            }, kind  # fmt: skip


def _text(words: str) -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", words)
    return info


def test_inks_become_light() -> None:
    content = picture("JPEG", mode="CMYK", colour=(0, 255, 255, 0), quality=95)
    image = largest(content)
    assert image.mode == "RGB"
    assert is_near(image.getpixel((5, 5)), (255, 0, 0), by=30)


def test_colours_of_another_profile_are_converted_and_a_damaged_profile_is_passed_over() -> None:
    # LAB's green of a linear profile is another number in sRGB.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    for icc in (profile, b"no profile at all", b""):
        content = picture("PNG", icc_profile=icc)
        image = largest(content)
        assert image.mode in ("RGB", "P")
        assert "icc_profile" not in image.info


@pytest.mark.parametrize(
    ("mode", "colour"),
    [("1", 1), ("L", 128), ("LA", (128, 90)), ("P", 3), ("I;16", 40_000), ("RGBA", (1, 2, 3, 0))],
)
def test_every_kind_of_pixels_is_taken(mode: str, colour: object) -> None:
    assert sizes_of(picture("PNG", mode=mode, colour=colour)) == [(80, 60)]


def test_sixteen_bits_keep_their_brightness() -> None:
    image = largest(picture("PNG", mode="I;16", colour=40_000))
    assert is_near(image.convert("RGB").getpixel((4, 4)), (156, 156, 156))


def test_the_first_picture_of_an_animation_is_kept_and_told() -> None:
    frames = [Image.new("RGB", (30, 30), colour) for colour in (RED, (0, 255, 0), (0, 0, 255))]
    for kind in ("GIF", "WEBP", "PNG"):
        file = BytesIO()
        frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100)
        answer, images = reencode(file.getvalue())
        assert answer["is_animated"] is True, kind
        assert is_near(opened(images[-1]).convert("RGB").getpixel((9, 9)), RED), kind
    assert reencode(picture())[0]["is_animated"] is False


def test_the_digest_is_of_the_pixels() -> None:
    one, same, other = (
        reencode(content)[0]["digest"]
        for content in (
            picture("PNG"),
            picture("PNG", pnginfo=_text("another note")),
            picture("PNG", colour=(201, 30, 30)),
        )
    )
    assert one == same != other


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x --><SVG onload='alert(1)'/>", "SVG"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
        (b"%PDF-1.7\n", "a PDF"),
        (picture("TIFF"), "a TIFF"),
        (picture("BMP"), "a BMP"),
        (b"8BPS\x00\x01", "Photoshop"),
        (b"PK\x03\x04 word/document.xml", "Office"),
        (b"<html><script>alert(1)</script></html>", "no image that we can read"),
        (b"hello", "no image that we can read"),
        (b"\x00" * 5000, "no image that we can read"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 50, "no image that we can read"),
        (picture(size=(300, 300))[:-900], NOT_WHOLE),
        (picture("PNG", size=(300, 300))[:-60], NOT_WHOLE),
        (png_that_says(300, 200), NOT_WHOLE),
    ],
)
def test_what_is_no_whole_image_is_refused_in_words(content: bytes, says: str) -> None:
    with pytest.raises(UnusableImage, match=says):
        reencode(content)


@pytest.mark.parametrize(
    ("width", "height"),
    [(30_000, 30_000), (MAXIMUM_SIDE + 1, 10), (10_000, MAXIMUM_PIXELS // 10_000 + 1), (2**31, 1)],
)
def test_an_image_of_too_many_pixels_is_refused_before_it_is_unpacked(
    width: int, height: int
) -> None:
    if width == 2**31:
        with pytest.raises(UnusableImage):
            reencode(png_that_says(width - 1, height))
        return
    # A megabyte of nothing, which would become gigabytes.
    with pytest.raises(UnusableImage, match="50 megapixels"):
        reencode(png_that_says(width, height, zlib.compress(b"\x00" * 10_000_000)))


def test_hidden_megabytes_of_text_are_not_unpacked() -> None:
    bomb = zlib.compress(b"x" * 200_000_000)
    content = bytearray(picture("PNG"))
    chunk = b"zTXt" + b"Comment\x00\x00" + bomb
    place = content.index(b"IDAT") - 4
    content[place:place] = (
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )
    with pytest.raises(UnusableImage, match=NOT_WHOLE):
        reencode(bytes(content))
