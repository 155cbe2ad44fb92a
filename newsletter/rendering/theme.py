"""Colours and the direction of writing, for the templates."""

import colorsys
import re
from dataclasses import dataclass

from newsletter.core.languages import BadLanguage, parse_language

DEFAULT_COLOUR = "#1f3a5f"
PAPER, INK = "#ffffff", "#1d2530"
DARK_PAPER, DARK_INK = "#171e27", "#e6eaf0"
READABLE = 4.5
"""Contrast that WCAG 2.2 (1.4.3, level AA) asks of text."""
COMFORTABLE = 7.0

# Languages whose usual script runs from right to left, and the scripts by which a tag may say so
# (RFC 5646).
_RIGHT_TO_LEFT = frozenset(
    ["ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "ug", "ur", "yi"]
)
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"arab", "hebr", "thaa", "syrc", "nkoo", "adlm", "rohg"})
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")


@dataclass(frozen=True, slots=True)
class Theme:
    """The brand's colour, made readable on light and on dark backgrounds."""

    accent: str
    on_accent: str
    dark_accent: str
    on_dark_accent: str


@dataclass(frozen=True, slots=True)
class Writing:
    """A language tag, with the direction of its script and the sides where lines begin and end."""

    language: str
    direction: str
    start: str
    end: str


def theme_of(colour: str) -> Theme:
    """Return the theme of a brand's colour, such as #1f3a5f.

    The default is taken where it can't be read as a colour.
    """
    base = colour if _COLOUR.match(colour) else DEFAULT_COLOUR
    accent = _readable(base, against=PAPER, at_least=READABLE)
    dark_accent = _readable(base, against=DARK_PAPER, at_least=COMFORTABLE)
    return Theme(accent=accent, on_accent=PAPER, dark_accent=dark_accent, on_dark_accent="#0f141b")


def writing_of(language: str) -> Writing:
    """Return direction and sides for a language tag such as `en`, `ar` or `az-Arab`.

    What isn't a tag counts as English.
    """
    try:
        tag = parse_language(language)
    except BadLanguage:
        tag = "en"
    parts = tag.split("-")
    leftwards = not _RIGHT_TO_LEFT_SCRIPTS.isdisjoint(parts[1:]) or (
        parts[0] in _RIGHT_TO_LEFT and not {"latn", "cyrl"} & set(parts[1:])
    )
    return (
        Writing(tag, "rtl", "right", "left") if leftwards else Writing(tag, "ltr", "left", "right")
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, contrast ratio)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _readable(colour: str, *, against: str, at_least: float) -> str:
    """Darken or lighten `colour` in its own hue until it has enough contrast with `against`."""
    hue, lightness, saturation = colorsys.rgb_to_hls(
        *(channel / 255 for channel in _channels(colour))
    )
    goal = 0.0 if _luminance(against) > 0.5 else 1.0
    for step in range(41):
        tried = colorsys.hls_to_rgb(hue, lightness + (goal - lightness) * step / 40, saturation)
        shade = "#" + "".join(f"{round(channel * 255):02x}" for channel in tried)
        if contrast(shade, against) >= at_least:
            return shade
    return "#000000" if goal == 0 else "#ffffff"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (
        c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
