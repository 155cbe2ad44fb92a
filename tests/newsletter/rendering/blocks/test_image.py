"""The image block."""

import pytest
from pytest_django.fixtures import Settings

from newsletter.media.image_files import names_of, path_of_file
from newsletter.media.image_use import reference_to
from newsletter.media_library.add_image import add_image
from newsletter.models import Brand, MediaImage
from newsletter.rendering.blocks.clean import clean_blocks
from newsletter.rendering.email import Email, missing_in, render_email
from tests.newsletter.media.pictures import picture
from tests.newsletter.rendering.sample_emails import Page, email, rendered

URL = "https://example.org/a.png"

GOOD = [{"type": "image", "url": URL, "alt": "The hall", "decorative": "no"}]

FAULTS = [
    ({"type": "image", "url": URL}, "alt", "can’t see it"),
    ({"type": "image", "url": URL, "alt": ""}, "alt", "can’t see it"),
    ({"type": "image", "url": URL, "alt": "  "}, "alt", "is empty"),
    ({"type": "image", "url": "http://example.org/a.png", "alt": "x"}, "url", "https://"),
    ({"type": "image", "url": "data:image/png;base64,x", "alt": "x"}, "url", "https://"),
    ({"type": "image", "url": "{archive_url}", "alt": "x"}, "url", "not allowed in a link"),
    ({"type": "image", "alt": "x"}, "url", "is missing"),
]


def test_an_image_has_its_text_in_both_parts(brand: Brand) -> None:
    alt = 'The "hall" & <stairs> é हिन्दी'
    mail = rendered(brand, {"type": "image", "url": f"{URL}?x=1&y=2", "alt": alt})
    image = next(attributes for tag, attributes in Page(mail.html).tags if tag == "img")
    assert image["src"] == f"{URL}?x=1&y=2"
    assert image["alt"] == alt
    assert f"[{alt}]" in mail.text


def images_of(html: str) -> list[dict[str, str]]:
    return [attributes for tag, attributes in Page(html).tags if tag == "img"]


def test_a_block_that_is_older_than_decoration_is_shown(brand: Brand) -> None:
    old = Email(subject="Hello", blocks=[{"type": "image", "url": URL, "alt": "The hall"}])
    assert images_of(render_email(old, brand=brand).html)[0]["alt"] == "The hall"


def test_decoration_needs_no_text_and_has_none(brand: Brand) -> None:
    mail = rendered(
        brand,
        {"type": "image", "url": URL, "alt": "", "decorative": "yes"},
        {"type": "image", "url": URL, "alt": "Left over", "decorative": "yes"},
    )
    assert [each["alt"] for each in images_of(mail.html)] == ["", ""]
    assert "Left over" not in mail.html + mail.text


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    ("size", "block", "width", "file"),
    [
        ((2000, 1000), {"type": "image"}, 536, 2),
        ((700, 350), {"type": "image"}, 536, 2),
        ((300, 150), {"type": "image"}, 300, 1),
        ((2000, 1000), {"type": "image_text", "html": "<p>Text</p>"}, 196, 1),
        ((90, 90), {"type": "image_text", "html": "<p>Text</p>"}, 90, 0),
    ],
)
def test_an_image_of_the_library_has_its_own_address_and_a_width_for_outlook(
    brand: Brand,
    settings: Settings,
    size: tuple[int, int],
    block: dict[str, str],
    width: int,
    file: int,
) -> None:
    settings.SITE_URL = "https://lists.example.org"
    image = add_image(picture(size=size)).image
    mail = rendered(brand, {**block, "url": reference_to(image.key), "alt": "The hall"})
    [shown] = images_of(mail.html)
    assert shown["src"] == f"https://lists.example.org{path_of_file(names_of(image)[file])}"
    assert shown["width"] == str(width)
    assert shown["alt"] == "The hall"


def test_the_address_of_one_of_our_files_becomes_a_reference(db: None, settings: Settings) -> None:
    key = "0123456789abcdef01234567"
    url = f"{settings.SITE_URL}/media/{key}-600x300.jpg"
    [block] = clean_blocks([{"type": "image", "url": f" {url}", "alt": "x"}])
    assert block["url"] == reference_to(key)


@pytest.mark.parametrize("value", ["media:", "media:../x", "media:0123", f"media:{'g' * 24}"])
def test_what_is_no_reference_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        clean_blocks([{"type": "image", "url": value, "alt": "x"}])


def test_a_deleted_image_leaves_no_trace_and_is_told_to_staff(brand: Brand) -> None:
    image = add_image(picture()).image
    blocks = [
        {"type": "image", "url": reference_to(image.key), "alt": "Gone"},
        {"type": "image_text", "url": reference_to(image.key), "alt": "Gone", "html": "<p>Yes</p>"},
    ]
    assert missing_in(email(*blocks), brand=brand) == []
    MediaImage.objects.all().delete()
    mail = rendered(brand, *blocks)
    assert images_of(mail.html) == []
    assert "Gone" not in mail.html
    assert [index for index, _ in missing_in(email(*blocks), brand=brand)] == [0, 1]
