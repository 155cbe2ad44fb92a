"""Looks: colours that can be read on light and dark paper, whatever the brand's colour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.theme import (
    COMFORTABLE,
    DARK_PAPER,
    DEFAULT_COLOUR,
    PAPER,
    READABLE,
    contrast,
    theme_of,
    writing_of,
)


@given(st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))
def test_every_brand_colour_is_made_readable(colour: str) -> None:
    theme = theme_of(colour)
    assert contrast(theme.accent, PAPER) >= READABLE
    assert contrast(theme.on_accent, theme.accent) >= READABLE
    assert contrast(theme.dark_accent, DARK_PAPER) >= COMFORTABLE
    assert contrast(theme.on_dark_accent, theme.dark_accent) >= READABLE


def test_a_colour_that_is_dark_enough_stays_as_it_is() -> None:
    assert theme_of("#1f3a5f").accent == "#1f3a5f"


@pytest.mark.parametrize(
    "colour", ["", "red", "#fff", "#12345g", "#1f3a5f;}", "#1f3a5f\n", '"><script>']
)
def test_what_is_no_colour_gives_way_to_navy(colour: str) -> None:
    assert theme_of(colour) == theme_of(DEFAULT_COLOUR)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("tag", "direction"),
    [("ar-EG", "rtl"), ("uz-Arab-AF", "rtl"), ("ar-Latn", "ltr"), ("en_GB", "ltr"), ("yi", "rtl")],
)
def test_direction_follows_language_and_script(tag: str, direction: str) -> None:
    assert writing_of(tag).direction == direction
