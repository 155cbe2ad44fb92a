"""Language tags: one form, whoever wrote them."""

import pytest
from pytest_django.fixtures import Settings

from newsletter.core.languages import (
    BadLanguage,
    direction_of,
    language_menu,
    lookup_language,
    own_name,
    parse_language,
    preferred_language,
)


@pytest.mark.parametrize(
    ("raw", "tag"),
    [
        ("en", "en"),
        ("pt-BR", "pt-br"),
        ("pt_BR", "pt-br"),
        (" EN ", "en"),
        ("zh-Hant-HK", "zh-hant-hk"),
        ("haw", "haw"),
    ],
)
def test_a_tag_is_kept_in_small_letters_with_hyphens(raw: str, tag: str) -> None:
    assert parse_language(raw) == tag


@pytest.mark.parametrize(
    "raw",
    ["", "e", "english", "en-", "en--gb", "en\nx", "<b>", "de-CH-1996-basel", "een-twee-drie-vier"],
)
def test_what_is_no_tag_is_refused(raw: str) -> None:
    with pytest.raises(BadLanguage, match="such as en"):
        parse_language(raw)


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("pt-br", "pt"),
        ("zh-hant-hk", "zh-hant"),
        ("zh-hans", "zh"),
        ("en", ""),
        ("p", ""),
        ("", ""),
    ],
)
def test_a_language_is_served_by_itself_or_a_broader_one(tag: str, language: str) -> None:
    assert lookup_language(tag, {"en-gb", "pt", "zh", "zh-hant"}) == language


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("ES-mx", "es"),
        ("de-CH, fr;q=0.7", ""),
        ("de, en;q=0.1", "en"),
        ("en;q=0, es;q=0.1", "es"),
        ("pt", "pt-br"),
        ("pt-PT", "pt-br"),
        ("zh-Hant-HK", ""),
        ("en;q=0.2, ar;q=0.9", "ar"),
        ("*", ""),
        ("", ""),
        ("es;q=abc", ""),
        ("x" * 100_000, ""),
        ("\x00,;;==, es-", ""),
    ],
)
def test_a_browser_gets_the_language_that_it_would_rather_have(
    accepted: str, language: str
) -> None:
    assert preferred_language(accepted, ["en", "es", "ar", "pt-br"]) == language


@pytest.mark.parametrize(
    ("tag", "name", "direction"),
    [
        ("es", "Español", "ltr"),
        ("ar", "العربية", "rtl"),
        ("uk", "Українська", "ltr"),
        ("xx-nowhere", "xx-nowhere", "ltr"),
        ("x", "x", "ltr"),
        ("", "", "ltr"),
    ],
)
def test_a_language_has_its_own_name_and_direction_and_an_unknown_tag_stands_for_itself(
    tag: str, name: str, direction: str
) -> None:
    assert (own_name(tag), direction_of(tag)) == (name, direction)


def test_a_menu_holds_each_language_once_and_the_websites_own_first(
    settings: Settings,
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "es"]
    (_, own), (_, others) = language_menu("qaa-xx")
    assert own == [("en", "English"), ("es", "Spanish")]
    tags = [tag for tag, _ in others]
    assert {"sq", "ar", "pt-br", "zh-hant", "qaa-xx"} <= {*tags}
    assert len(tags) == len({*tags}) > 300
    assert not {"en", "es"} & {*tags}
