"""The block of an image with text."""

import pytest

from newsletter.models import Brand
from newsletter.rendering.blocks.clean import clean_blocks
from tests.newsletter.rendering.sample_emails import rendered

IMAGE = {"type": "image_text", "url": "https://example.org/a.png", "alt": "The forum in session"}
GOOD = [
    {**IMAGE, "decorative": "no", "html": "<p>Words</p>", "side": "start"},
    {**IMAGE, "decorative": "no", "html": "<p>Words</p>", "side": "end"},
]

FAULTS = [
    ({**GOOD[0], "url": "http://example.org/a.png"}, "url", "must start with https"),
    ({**GOOD[0], "alt": ""}, "alt", "describe the image"),
    ({**GOOD[0], "html": ""}, "html", "holds no text"),
    ({**GOOD[0], "side": "middle"}, "side", "must be one of start, end"),
    ({**GOOD[0], "side": ["start"]}, "side", "must be text"),
]


def test_without_a_side_the_image_comes_first() -> None:
    given = {**IMAGE, "html": "<p>Words</p>"}
    assert clean_blocks([given]) == [GOOD[0]]


@pytest.mark.parametrize("block", GOOD, ids=["start", "end"])
def test_the_image_is_told_before_the_text_on_either_side(
    brand: Brand, block: dict[str, str]
) -> None:
    mail = rendered(brand, block)
    assert mail.text.index("[The forum in session]") < mail.text.index("Words")


@pytest.mark.parametrize(
    ("language", "side", "direction"),
    [("en", "start", "ltr"), ("en", "end", "rtl"), ("ar", "start", "rtl"), ("ar", "end", "ltr")],
)
def test_the_image_stands_on_its_side_in_the_direction_of_the_language(
    brand: Brand, language: str, side: str, direction: str
) -> None:
    html = rendered(brand, {**GOOD[0], "side": side}, language=language).html
    row = html[: html.index("a.png")].rpartition('class="paper"')[2]
    assert f"direction:{direction};font-size:0px" in row
