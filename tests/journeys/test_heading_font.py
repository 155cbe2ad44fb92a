"""The font of headings: that it ships, is small, and has the letters of the languages we write."""

import re
from base64 import b64encode

import pytest
from playwright.sync_api import Page

from config.env import BASE_DIR

FONT = BASE_DIR / "static" / "fonts" / "convene-heading.woff2"
STYLESHEETS = ("convene.css", "studio.css", "inbox.css")
LARGEST = 40_000
"""In bytes: it is loaded before a heading has its final shape."""
LETTERS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    "!?.,:;()[]/&@%+–—…“”‘’„«»·€£"
    "ÁÉÍÓÚÜÑáéíóúüñ¿¡ÀÂÆÇÈÊËÎÏÔŒÙÛàâæçèêëîïôœùûĂÂÎȘȚăâîșț"
    "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯабвгґдеєжзиіїйклмнопрстуфхцчшщьюяЁЪЫЭёъыэ№"
)
MEASURE = """async ([source, letters]) => {
  const face = new FontFace("Heading", `url(${source})`, { weight: "600" });
  document.fonts.add(await face.load());
  const pen = document.createElement("canvas").getContext("2d");
  const width = (fallback, letter) => {
    pen.font = `600 100px Heading, ${fallback}`;
    return pen.measureText(letter).width;
  };
  return letters.filter((letter) => width("monospace", letter) !== width("serif", letter));
}"""
"""The letters whose width depends on the font that stands in for missing ones."""


def test_it_is_small_and_its_licence_lies_beside_it() -> None:
    assert FONT.read_bytes()[:4] == b"wOF2"
    assert FONT.stat().st_size < LARGEST
    licence = (FONT.parent / "OFL.txt").read_text(encoding="utf-8")
    assert "Adobe" in licence
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


@pytest.mark.parametrize("name", STYLESHEETS)
def test_text_is_shown_before_the_font_has_come(name: str) -> None:
    sheet = (BASE_DIR / "static" / name).read_text(encoding="utf-8")
    [face] = re.findall(r"@font-face \{(.*?)\}", sheet, re.DOTALL)
    assert f'url("fonts/{FONT.name}")' in face
    assert "font-display: swap" in face


@pytest.mark.browser
def test_it_has_the_letters_of_our_languages(page: Page) -> None:
    source = f"data:font/woff2;base64,{b64encode(FONT.read_bytes()).decode()}"
    assert page.evaluate(MEASURE, [source, list(LETTERS)]) == []
    # A Greek letter is not in the file, which shows that a missing one would be noticed.
    assert page.evaluate(MEASURE, [source, ["Ω"]]) == ["Ω"]
