import unicodedata

import pytest

from newsletter.core.bidi import isolated, isolated_ltr, numbers_isolated


@pytest.mark.parametrize("language", ["en", "fr", "uk", "xx", ""])
def test_left_to_right_text_needs_no_isolates(language: str) -> None:
    assert isolated("Ada King", language) == "Ada King"
    assert isolated_ltr("UTC", language) == "UTC"


@pytest.mark.parametrize("language", ["ar", "ar-eg", "he", "fa"])
def test_what_arabic_quotes_is_kept_together(language: str) -> None:
    for whole in (isolated("Ada King (MEP)", language), isolated_ltr("UTC−05:00", language)):
        assert unicodedata.bidirectional(whole[0]) in ("FSI", "LRI")
        assert unicodedata.bidirectional(whole[-1]) == "PDI"


def test_nothing_stays_nothing() -> None:
    assert isolated("", "ar") == isolated_ltr("", "ar") == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+40 21 555 0147", "+40 21 555 0147"),
        ("+44 (0)20 7946-0018#", "+44 (0)20 7946-0018#"),
        ("الرمز: 4711 208", "4711 208"),
        ("هاتف +40215550147، بعد 9", "+40215550147"),
        ("هاتف ٠٢١ ٥٥٥ ٠١٤٧", "٠٢١ ٥٥٥ ٠١٤٧"),
    ],
)
def test_a_telephone_number_stays_in_order_in_arabic(text: str, number: str) -> None:
    isolate = f"\u2066{number}\u2069"
    assert numbers_isolated(text, "ar") == text.replace(number, isolate)
    assert numbers_isolated(f"\u200e{text}", "ar") == text.replace(number, isolate)
    assert numbers_isolated(text, "en") == text


def test_numbers_that_need_nothing_get_nothing() -> None:
    assert numbers_isolated("الرمز: 4711\nبعد 9", "ar") == "الرمز: 4711\nبعد 9"
