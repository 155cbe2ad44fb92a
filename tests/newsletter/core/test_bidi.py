import unicodedata

import pytest

from newsletter.core.bidi import isolated, isolated_ltr


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
