"""The block of two columns."""

import re

import pytest

from newsletter.models import Brand
from tests.newsletter.rendering.sample_emails import rendered

GOOD = [{"type": "two_columns", "first": "<p>One</p>", "second": "<p>Two</p>"}]

FAULTS = [
    ({"type": "two_columns", "first": "", "second": "x"}, "first", "holds no text"),
    ({"type": "two_columns", "first": "x", "second": "<p></p>"}, "second", "holds no text"),
    ({"type": "two_columns", "first": "x", "second": ["x"]}, "second", "must be text"),
]


def test_both_columns_are_told_one_after_the_other(brand: Brand) -> None:
    mail = rendered(brand, *GOOD)
    assert mail.text.index("One") < mail.text.index("Two")
    assert mail.html.count("mj-column-per-50") > 2


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_columns_follow_the_direction_of_the_language(
    brand: Brand, language: str, direction: str
) -> None:
    html = rendered(brand, *GOOD, language=language).html
    row = html[: html.index("One")].rpartition("<tbody>")[0].rpartition('class="paper"')[2]
    assert f"direction:{direction}" in row


def test_blocks_around_columns_stay_in_their_order_and_within_the_width(brand: Brand) -> None:
    mail = rendered(
        brand,
        {"type": "heading", "text": "Before"},
        *GOOD,
        *GOOD,
        {"type": "rich_text", "html": "<p>After</p>"},
    )
    assert [mail.text.index(word) for word in ("Before", "One", "After")] == sorted(
        mail.text.index(word) for word in ("Before", "One", "After")
    )
    assert set(re.findall(r"max-width:(\d+)px", mail.html)) <= {"600", "479"}
