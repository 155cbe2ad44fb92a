"""Other spellings of the same words, for searching.

Keyboards and old encodings write one letter in several ways. Romanian ș and ț have a comma below,
and are often typed with a cedilla, as ş and ţ. The Ukrainian apostrophe in “Мар’яна” is one of
three characters. Whoever searches with one means all of them.
"""

import unicodedata
from itertools import product

_COMMAS = str.maketrans("şţŞŢ", "șțȘȚ")
_CEDILLAS = str.maketrans("șțȘȚ", "şţŞŢ")
APOSTROPHES = ("'", "’", "ʼ")
"""Typewriter, typographic, and the letter apostrophe (U+0027, U+2019, U+02BC)."""
_TO_EACH = [str.maketrans(dict.fromkeys(APOSTROPHES, mark)) for mark in APOSTROPHES]


def spellings(text: str) -> list[str]:
    """Return a text in all spellings that a search takes for the same, the given one first.

    There are six at most, and one of most texts.
    """
    given = unicodedata.normalize("NFC", text)
    letters = (given, given.translate(_COMMAS), given.translate(_CEDILLAS))
    marks = (one.translate(table) for one, table in product(letters, _TO_EACH))
    return list(dict.fromkeys([given, *marks]))
