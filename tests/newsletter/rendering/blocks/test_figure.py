"""The figure block."""

from newsletter.models import Brand
from tests.newsletter.rendering.sample_emails import rendered

GOOD = [
    {"type": "figure", "figure": "49 million", "text": "people live in it", "source": "ILO, 2022"},
    {"type": "figure", "figure": "1 in 150", "text": "people\non earth", "source": ""},
]

FAULTS = [
    ({"type": "figure", "figure": "", "text": "x"}, "figure", "is empty"),
    ({"type": "figure", "figure": "9" * 41, "text": "x"}, "figure", "at most 40"),
    ({"type": "figure", "figure": "9", "text": " "}, "text", "is empty"),
    ({"type": "figure", "figure": "9", "text": "x", "source": 7}, "source", "must be text"),
]


def test_a_figure_is_told_in_both_parts(brand: Brand) -> None:
    mail = rendered(brand, GOOD[0])
    for words in ("49 million", "people live in it", "ILO, 2022"):
        assert words in mail.html
        assert f"\n{words}\n" in mail.text


def test_a_figure_without_a_source_has_no_line_for_it(brand: Brand) -> None:
    assert rendered(brand, GOOD[1]).html.count("muted") < rendered(brand, GOOD[0]).html.count(
        "muted"
    )
