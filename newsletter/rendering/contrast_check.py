"""Contrast of a rendered email: as it is, and where a mail program inverts its colours.

Some programs show an email dark by turning the lightness of its colours around, all of them or only
those of light grounds and dark texts. Which do so changes, so both are looked at.
"""

import colorsys
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from newsletter.rendering.theme import INK, PAPER, READABLE, contrast

INVERTED = 3.0
"""Contrast that text keeps where a program inverts colours. It is less than WCAG asks, because each
program does it in its own way, and ours is the coarsest of them."""
_LARGE = 3.0
"""Contrast that WCAG 2.2 (1.4.3) asks of large text."""
_LARGE_SIZE, _LARGE_BOLD_SIZE = 24.0, 18.66
_NO_CONTENT = frozenset({"style", "script", "title", "head"})
_VOID = frozenset({"br", "img", "hr", "meta", "link", "input", "col", "wbr", "area", "base"})
_STYLE = re.compile(
    r"(?:^|;)\s*(color|background(?:-color)?|font-size|font-weight|display)\s*:\s*([^;]+)"
)
_HEX = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")


@dataclass(frozen=True, slots=True)
class LowContrast:
    """Two colours of a text and its ground that are too alike.

    Attributes:
        ratio: from 1 to 21.
        is_inverted: whether it is so only where a program inverts colours.
    """

    text: str
    ground: str
    ratio: float
    is_inverted: bool


def low_contrasts(html: str) -> list[LowContrast]:
    """Find the texts of a rendered email that are hard to read, each pair of colours once."""
    reader = _Colours()
    reader.feed(html)
    reader.close()
    return [found for pair in dict.fromkeys(reader.pairs) if (found := _low(*pair))]


def inverted(colour: str) -> str:
    """Return a colour with its lightness turned around, and its hue kept."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    turned = colorsys.hls_to_rgb(hue, 1 - lightness, saturation)
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in turned)


def _low(text: str, ground: str, is_large: bool) -> LowContrast | None:
    ratio = contrast(text, ground)
    if ratio < (_LARGE if is_large else READABLE):
        return LowContrast(text, ground, ratio, is_inverted=False)
    worst = min(contrast(*pair) for pair in _shown_dark(text, ground))
    return LowContrast(text, ground, worst, is_inverted=True) if worst < INVERTED else None


def _shown_dark(text: str, ground: str) -> Iterator[tuple[str, str]]:
    yield inverted(text), inverted(ground)
    is_light_ground = contrast(ground, "#000000") > contrast(ground, "#ffffff")
    if is_light_ground:
        # Only what is light becomes dark, and dark texts on it light.
        yield inverted(text), "#121212"


@dataclass(slots=True)
class _Style:
    text: str = INK
    ground: str = PAPER
    size: float = 16.0
    is_bold: bool = False
    is_hidden: bool = False


class _Colours(HTMLParser):
    """The colours of each text that is seen, by inline styles and `bgcolor`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pairs: list[tuple[str, str, bool]] = []
        self._open: list[tuple[str, _Style]] = [("", _Style())]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        self._open.append((tag, _styled(self._open[-1][1], tag, dict(attrs))))

    def handle_endtag(self, tag: str) -> None:
        if any(tag == opened for opened, _ in self._open[1:]):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        style = self._open[-1][1]
        if data.strip() and not style.is_hidden:
            large = _LARGE_BOLD_SIZE if style.is_bold else _LARGE_SIZE
            self.pairs.append((style.text, style.ground, style.size >= large))


def _styled(around: _Style, tag: str, attributes: dict[str, str | None]) -> _Style:
    style = _Style(around.text, around.ground, around.size, around.is_bold, around.is_hidden)
    style.ground = _colour(attributes.get("bgcolor") or "") or style.ground
    style.is_bold = style.is_bold or tag in ("b", "strong", "th")
    style.is_hidden = style.is_hidden or tag in _NO_CONTENT
    for name, value in _STYLE.findall(attributes.get("style") or ""):
        match name:
            case "color":
                style.text = _colour(value) or style.text
            case "background" | "background-color":
                style.ground = _colour(value) or style.ground
            case "font-size" if value.strip().endswith("px"):
                style.size = float(re.sub(r"[^\d.]", "", value) or style.size)
            case "font-weight":
                style.is_bold = value.strip() in ("bold", "600", "700", "800", "900")
            case "display":
                style.is_hidden = style.is_hidden or value.strip() == "none"
    return style


def _colour(value: str) -> str:
    match = _HEX.search(value)
    if not match:
        return ""
    digits = match[0][1:]
    return f"#{digits if len(digits) == 6 else ''.join(each * 2 for each in digits)}".lower()
