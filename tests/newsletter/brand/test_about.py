"""Who we are is told in the page's language, or in one that staff wrote it in."""

import pytest
from pytest_django.fixtures import Settings

from newsletter.brand.about import about_us
from newsletter.models import Brand


@pytest.mark.parametrize(
    ("about", "language", "text", "found", "direction"),
    [
        ({"en": "We", "ar": "نحن"}, "ar", "نحن", "ar", "rtl"),
        ({"en": "We", "ar": "نحن"}, "fr", "We", "en", "ltr"),
        ({"ar": "نحن"}, "en", "نحن", "ar", "rtl"),
        ({"en": "  ", "fr": "Nous"}, "en", "Nous", "fr", "ltr"),
        ({"de": "Wir"}, "en", "Wir", "de", "ltr"),
        ({}, "en", "", "en", "ltr"),
    ],
)
def test_the_text_of_the_language_or_the_first_that_there_is(
    settings: Settings, about: dict[str, str], language: str, text: str, found: str, direction: str
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "fr", "ar"]

    answer = about_us(Brand(about=about), language)

    assert (answer.text, answer.language, answer.direction) == (text, found, direction)
