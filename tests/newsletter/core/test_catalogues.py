import pytest
from django.utils.translation import gettext

from newsletter.core.catalogues import has_catalogue, in_words_of


@pytest.mark.parametrize("language", ["en", "en-gb", "es", "es-mx", "ES-419"])
def test_a_catalogue_serves_the_varieties_of_its_language(language: str) -> None:
    assert has_catalogue(language)


@pytest.mark.parametrize("language", ["eo", "zh-hant", "e" * 3])
def test_a_language_without_a_catalogue_is_known_as_such(language: str) -> None:
    assert not has_catalogue(language)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "Darse de baja"),
        ("es-mx", "Darse de baja"),
        ("en-gb", "Unsubscribe"),
        ("eo", "Unsubscribe"),
        ("/..", "Unsubscribe"),
    ],
)
def test_fixed_words_are_those_of_the_content(language: str, words: str) -> None:
    with in_words_of(language):
        assert gettext("Unsubscribe") == words
