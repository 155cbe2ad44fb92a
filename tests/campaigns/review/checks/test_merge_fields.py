"""Merge fields: gaps, English fallbacks in other languages, and stray braces."""

import pytest

from campaigns.review.checks.merge_fields import check_merge_fields
from newsletter.rendering.merge_fields import MERGE_FIELDS, fallback_in


def found(text: str, language: str = "en") -> list[str]:
    return [each.message for each in check_merge_fields(text, "c", language=language)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Dear {given_name|colleague} of {institution|your institution}", "en"),
        ("Dear {given_name|colleague}", "en-gb"),
        ("Hola, {given_name|colega} de {institution|su institución}", "es"),
        ("Hola, {given_name|amiga}: {event_time}", "es-mx"),
        ("{event_time} {archive_url}", "ar"),
    ],
)
def test_a_fallback_in_the_language_of_the_email_is_fine(text: str, language: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("text", "language", "example"),
    [
        ("Dear {given_name}", "en", "{given_name|colleague}"),
        ("Hola, {given_name}", "es", "{given_name|colega}"),
        ("Hola, {given_name| }", "es", "{given_name|colega}"),
        ("de {institution}", "es", "{institution|su institución}"),
        ("Hallo, {full_name}", "de", "{full_name|…}"),
        ("{pets}", "es", "{pets|…}"),
    ],
)
def test_a_gap_is_told_with_an_example_in_the_language_of_the_email(
    text: str, language: str, example: str
) -> None:
    [message] = found(text, language)

    assert "would see a gap here" in message
    assert message.endswith(f"{example}.")


@pytest.mark.parametrize(
    ("text", "language", "says"),
    [
        ("Hola, {given_name|colleague}", "es", "“colleague”, which is English, in the Spanish"),
        ("Hola, {given_name| Colleague }", "es", "{given_name|colega}"),
        ("de {institution|your institution}", "fr", "{institution|votre institution}"),
    ],
)
def test_an_english_fallback_is_noticed_in_another_language(
    text: str, language: str, says: str
) -> None:
    [message] = found(text, language)

    assert says in message


def test_a_brace_without_a_field_is_told() -> None:
    [message] = found("Hola, {given name}", "es")

    assert "{given_name|colega}" in message


def test_each_offered_fallback_is_in_the_language_of_the_email() -> None:
    english = {name: each.fallback for name, each in MERGE_FIELDS.items() if each.fallback}

    for language in ("fr", "es", "ro", "uk", "ar"):
        offered = {name: fallback_in(MERGE_FIELDS[name], language) for name in english}
        assert all(offered.values()), language
        assert not set(offered.values()) & set(english.values()), language
