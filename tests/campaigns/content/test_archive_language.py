"""The language in which an unknown visitor reads an email."""

import pytest
from pytest_django.fixtures import Settings

from campaigns.content.archive_language import (
    LanguagePreference,
    in_offered_order,
    language_switch_entries,
    with_archive_bar,
)


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        ("es", "fr", "es"),
        ("", "fr-CA, es;q=0.5", "fr"),
        ("", "", "en"),
        ("xx", "yy", "en"),
        ("<script>", ";;;", "en"),
        ("ar", "es", "es"),
        ("es-mx", "fr", "es"),
        ("fr-ca", "", "fr"),
    ],
)
def test_the_link_decides_then_the_browser_then_the_campaign(
    chosen: str, accepted: str, language: str
) -> None:
    preference = LanguagePreference(chosen=chosen, accepted=accepted)
    assert preference.choose(["en", "es", "fr"], own="en") == language


def test_languages_that_are_no_longer_offered_come_last(settings: Settings) -> None:
    settings.CONTENT_LANGUAGES = ["en", "fr"]
    assert in_offered_order({"uk", "fr", "ar", "en"}) == ["en", "fr", "ar", "uk"]


def test_one_language_needs_no_switch() -> None:
    assert language_switch_entries(["en"], current="en") == []
    assert "<nav" not in with_archive_bar("<body>x</body>", [])


def test_the_switch_comes_first_in_the_body_and_marks_the_current_language() -> None:
    entries = language_switch_entries(["en", "ar"], current="ar")
    html = with_archive_bar('<html><body class="a">Email</body></html>', entries)

    assert html.index('<body class="a">') < html.index("<nav") < html.index("Email")
    assert '<span lang="ar" dir="rtl" aria-current="true">' in html
    assert 'href="?language=en"' in html
