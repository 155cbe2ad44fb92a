"""The rich text block. What may stand in its HTML: tests/newsletter/rendering/test_rich_text.py."""

import pytest

from newsletter.models import Brand
from newsletter.rendering.blocks.clean import keep_blocks
from newsletter.rendering.content_errors import BlockError
from tests.newsletter.rendering.sample_emails import Page, rendered

GOOD = [{"type": "rich_text", "html": "<p>Text</p>"}]

FAULTS = [
    ({"type": "rich_text"}, "html", "is missing"),
    ({"type": "rich_text", "html": None}, "html", "is missing"),
    ({"type": "rich_text", "html": {"a": 1}}, "html", "must be text"),
    ({"type": "rich_text", "html": ""}, "html", "holds no text"),
    ({"type": "rich_text", "html": "<p>a\x00b</p>"}, "html", "control characters"),
    ({"type": "rich_text", "html": "<p>\udfff</p>"}, "html", "control characters"),
    ({"type": "rich_text", "html": "x" * 1_000_000}, "html", "longer than"),
    ({"type": "rich_text", "html": "<a href='javascript:x'>x</a>"}, "html", "must start with"),
]


def test_rich_text_is_in_both_parts(brand: Brand) -> None:
    html = (
        "<p>Dear {given_name|colleague}, read <a "
        'href="https://example.org/?a=1&amp;b=2">this</a>.</p><ul><li>one</li><li>two</li></ul>'
    )
    mail = rendered(brand, {"type": "rich_text", "html": html})
    assert "https://example.org/?a=1&b=2" in Page(mail.html).links()
    assert "Dear Ada, read this <https://example.org/?a=1&b=2>." in mail.text
    assert "- one\n- two" in mail.text


@pytest.mark.parametrize("html", ["<b>" * 1_501, "x" * 30_001])
def test_what_was_kept_unfinished_and_is_too_large_is_never_rendered(
    brand: Brand, html: str
) -> None:
    [kept] = keep_blocks([{"type": "rich_text", "html": html}])
    assert kept["html"] == html
    with pytest.raises(BlockError, match="longer than|more than"):
        rendered(brand, kept)
