"""Language tags: one form, whoever wrote them."""

import pytest

from newsletter.languages import BadLanguage, parse_language


@pytest.mark.parametrize(
    ("raw", "tag"), [("en", "en"), ("pt-BR", "pt-br"), ("pt_BR", "pt-br"), (" EN ", "en"), ("zh-Hant-HK", "zh-hant-hk"), ("haw", "haw")]
)
def test_a_tag_is_kept_in_small_letters_with_hyphens(raw: str, tag: str) -> None:
    assert parse_language(raw) == tag


@pytest.mark.parametrize("raw", ["", "e", "english", "en-", "en--gb", "en\nx", "<b>", "de-CH-1996-basel", "een-twee-drie-vier"])
def test_what_is_no_tag_is_refused(raw: str) -> None:
    with pytest.raises(BadLanguage, match="such as en"):
        parse_language(raw)
