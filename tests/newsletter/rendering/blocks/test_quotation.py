"""The quotation block."""

from newsletter.models import Brand
from newsletter.rendering.blocks.clean import clean_blocks
from tests.newsletter.rendering.sample_emails import rendered

GOOD = [
    {"type": "quotation", "text": "First line\nsecond line", "source": "Somebody"},
    {"type": "quotation", "text": "First line\n\nsecond line", "source": ""},
]

FAULTS = [
    ({"type": "quotation", "text": " \n "}, "text", "is empty"),
    ({"type": "quotation", "text": "x" * 2001}, "text", "at most 2000"),
    ({"type": "quotation", "text": "x", "source": "a\nb"}, "source", "one line"),
    ({"type": "quotation", "text": "x", "source": 1.5}, "source", "must be text"),
]


def test_a_quotation_is_marked_in_both_parts(brand: Brand) -> None:
    mail = rendered(
        brand, {"type": "quotation", "text": "No law\nis no law", "source": "The report"}
    )
    assert "No law<br>is no law" in mail.html
    assert "> No law\n> is no law\n>\n> — The report" in mail.text


def test_a_quotation_without_a_source_has_no_dash(brand: Brand) -> None:
    assert "—" not in rendered(brand, {"type": "quotation", "text": "x"}).text


def test_spaces_and_empty_lines_are_tidied() -> None:
    given = {"type": "quotation", "text": " a  b \r\n\r\n\r\n\r\n c "}
    assert clean_blocks([given]) == [{"type": "quotation", "text": "a b\n\nc", "source": ""}]


def test_a_quotation_leans_in_no_script_that_has_no_italic(brand: Brand) -> None:
    quotation = {"type": "quotation", "text": "x"}
    assert "italic" in rendered(brand, quotation).html
    assert "italic" not in rendered(brand, quotation, language="ar").html
