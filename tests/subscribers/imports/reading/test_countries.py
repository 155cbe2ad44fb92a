"""Countries as people write them."""

import pytest

from subscribers.imports.reading.countries import country_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("New Zealand", "NZ"), ("new  zealand ", "NZ"), ("NZ", "NZ"), ("nzl", "NZ"), ("UK", "GB"),
        ("U.K.", "GB"), ("Scotland", "GB"),
        ("The United Kingdom", "GB"), ("USA", "US"), ("U.S.A.", "US"), ("United States", "US"),
        ("Türkiye", "TR"), ("Turkey", "TR"),
        ("Côte d'Ivoire", "CI"), ("Cote d’Ivoire", "CI"), ("Ivory Coast", "CI"), ("Bahamas", "BS"),
        ("the Netherlands", "NL"),
        ("Magyarország", "HU"), ("România", "RO"), ("Україна", "UA"), ("中国", "CN"),
        ("Deutschland", "DE"), ("Saint Lucia", "LC"),
        ("St. Lucia", "LC"), ("Trinidad & Tobago", "TT"), ("DR Congo", "CD"), ("South Korea", "KR"),
    ],
)  # fmt: skip
def test_countries_are_known(text: str, code: str) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize(
    "text",
    ["", "   ", "The Moon", "European Parliament", "Virgin Islands", "🇳🇿", "x" * 100_000, "?"],
)
def test_what_is_no_country_is_empty(text: str) -> None:
    assert country_code(text) == ""


@pytest.mark.parametrize("text", ["Kosovo", "Косово", "XK", "Republic of Kosovo", "Kosovë"])
def test_kosovo_is_known(text: str) -> None:
    assert country_code(text) == "XK"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("European Parliament", "XE"), ("EUROPEAN PARLIAMENT", "XE"), ("Parlement europeen", "XE"),
        ("xe", "XE"), ("Palestine", "PS"), ("Aotearoa", "NZ"), ("The Moon", ""), ("", ""),
    ],
)  # fmt: skip
def test_bodies_are_known_by_the_names_that_staff_gave_them(text: str, code: str) -> None:
    bodies = (("European Parliament", "XE"), ("Parlement européen", "XE"), ("Palestine", "PS"))
    assert country_code(text, bodies=bodies) == code
