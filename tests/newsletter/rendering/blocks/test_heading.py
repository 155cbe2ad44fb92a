"""The heading block."""

from newsletter.models import Brand
from tests.newsletter.rendering.sample_emails import rendered

GOOD = [{"type": "heading", "text": "Dear {given_name|colleague} {{ x }}"}]

FAULTS = [
    ({"type": "heading", "text": "\u2060"}, "text", "nothing that can be seen"),
    ({"type": "heading", "text": "a \u202eb"}, "text", "direction of writing"),
    ({"type": "heading", "text": "x", "level": 1}, "level", "no such field"),
    ({"type": "heading"}, "text", "is missing"),
    ({"type": "heading", "text": ""}, "text", "is empty"),
    ({"type": "heading", "text": "  \u2003 "}, "text", "is empty"),
    ({"type": "heading", "text": 5}, "text", "must be text"),
    ({"type": "heading", "text": ["x"]}, "text", "must be text"),
    ({"type": "heading", "text": "a\nb"}, "text", "one line"),
    ({"type": "heading", "text": "a\x00b"}, "text", "one line"),
    ({"type": "heading", "text": "a\ud800b"}, "text", "one line"),
    ({"type": "heading", "text": "x" * 201}, "text", "at most 200"),
    ({"type": "heading", "text": "x" * 1_000_000}, "text", "at most 200"),
    ({"type": "heading", "text": "{shoe_size}"}, "text", "no merge field"),
]


def test_the_first_heading_is_the_title_in_both_parts(brand: Brand) -> None:
    mail = rendered(
        brand,
        {"type": "heading", "text": "First {given_name}"},
        {"type": "heading", "text": "Second & last"},
    )
    assert ">First Ada</h1>" in mail.html
    assert ">Second &amp; last</h2>" in mail.html
    assert "First Ada\n===" in mail.text
    assert "Second & last\n---" in mail.text


def test_a_heading_behind_another_block_is_no_title(brand: Brand) -> None:
    mail = rendered(brand, {"type": "divider"}, {"type": "heading", "text": "Agenda"})
    assert ">Agenda</h2>" in mail.html
    assert "<h1" not in mail.html
