"""Text of strangers is kept without what only serves tricks, in any script."""

import pytest

from subscribers.applications.paragraphs import clean_paragraphs, paragraphs_of


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("One.\r\n\r\n\r\n\r\nTwo.\rThree.", "One.\n\nTwo.\nThree."),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("a\0b\x07c\u200bd", "abcd"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("  two   blanks\tand a tab  ", "two blanks and a tab"),
        ("cafe\u0301", "café"),
        ("\ud800 half", "half"),
        ("\u200b\u2060\n\u202e", ""),
        ("العربية\n\nسطر", "العربية\n\nسطر"),
    ],
)
def test_text_is_tidied(typed: str, kept: str) -> None:
    assert clean_paragraphs(typed, at_most=2_000) == kept


def test_a_million_characters_are_cut() -> None:
    assert len(clean_paragraphs("x" * 1_000_000, at_most=2_000)) == 2_000
    assert len(clean_paragraphs("\n" * 1_000_000, at_most=2_000)) == 0


def test_paragraphs_are_lines() -> None:
    assert paragraphs_of("One.\n\nTwo,\nthree.") == ["One.", "Two,", "three."]
