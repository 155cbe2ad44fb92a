"""The order of words in the alphabet of a language, where it isn't that of Unicode's numbers."""

import unicodedata
from functools import lru_cache

ALPHABETS = {
    "es": "abcdefghijklmnñopqrstuvwxyz",
    "ro": "aăâbcdefghiîjklmnopqrsștțuvwxyz",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}
"""Letters of their own, in their order. In other languages, accents don't count."""
_FIRST = 0x110000
"""More than any letter's number: signs and spaces come before all letters."""


@lru_cache(maxsize=4_096)
def in_alphabet(text: str, language: str) -> tuple[int, ...]:
    """Return a key that sorts words as readers of a language expect.

    Args:
        language: a BCP 47 tag.
    """
    alphabet = ALPHABETS.get(language.partition("-")[0], "")
    return tuple(
        number
        for letter in unicodedata.normalize("NFC", text.casefold())
        for number in _numbers(letter, alphabet)
    )


def _numbers(letter: str, alphabet: str) -> list[int]:
    if letter in alphabet:
        return [_FIRST + alphabet.index(letter)]
    plain = unicodedata.normalize("NFKD", letter)
    return [
        _FIRST + alphabet.index(each) if each in alphabet else ord(each)
        for each in plain
        if not unicodedata.combining(each)
    ]
