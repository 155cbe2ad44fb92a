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
