"""Texts that are hard to read, by formulas that were made for their languages.

English: R. Flesch, 1948. French: L. Kandel and A. Moles, 1958. Spanish: J. Fernández Huerta, 1959,
as corrected by G. Law, 2011. All three give about 100 for a text that children read, and less than
30 for one that graduates read. No formula is known that holds for emails in Romanian, Ukrainian or
Arabic, so nothing is said of those.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from campaigns.review.checks.written import Passage, Written
from campaigns.review.finding import PreflightFinding, advice

HARD = 30.0
"""The score below which a text is for graduates."""
ENOUGH_WORDS = 100
"""Words of a text of which a formula says anything."""
_LONG_SENTENCE = 25
# Begun at the first sign alone: a run of dots is read once, not once from each dot.
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]+[\"”»’)]*\s|\n")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_FIELD = re.compile(r"\{\w+(?:\|[^{}]*)?\}")
_ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
_FRENCH_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüÿœæ]+")
_SPANISH_SYLLABLE = re.compile(
    r"[iuü]?[aeoáéóíú](?:[iuy](?![aeoáéó]))?|[iu]+|(?<![aeoáéóíú])y(?!\w)"
)
# "idea" and "being" have two vowels beside each other that are spoken apart, and "nation" hasn't.
_TWO_VOWELS = re.compile(r"(?<![cstxg])i[aou]|eo(?![ui])|[uy]a|[aeioy]ing\b|[bdst]m\b")
_SILENT_ENGLISH = re.compile(
    r"(?<=[aeiouy])(?:[^aeiouy]*[^aeiouylcgszdt]e[sd]?|[^aeiouy]*[cgsz]e|[^aeiouy]*[cgszdt]?[cgsz]ed"
    r"|[^aeiouy]*[dt]es?|[^aeiouy]*[aeiouyl]?le|le[sd]|ues?|ere?)\Z"
)
_SILENT_FRENCH = re.compile(r"(?<=[^aeiouyàâäéèêëîïôöùûüÿœæ])(?:e|es|ent)\Z")


@dataclass(frozen=True, slots=True)
class _Formula:
    """`start - sentence × words for each sentence - syllable × syllables for each word`."""

    start: float
    sentence: float
    syllable: float
    syllables: Callable[[str], int]


def reading_ease(text: str, *, language: str) -> float | None:
    """Return how easily a text is read; more is easier.

    Returns:
        None in a language without a formula, or where the text is too short.
    """
    formula = _FORMULAS.get(language.partition("-")[0])
    plain = _FIELD.sub("name", text)
    words = _WORD.findall(plain)
    if formula is None or len(words) < ENOUGH_WORDS:
        return None
    syllables = sum(formula.syllables(word.casefold()) for word in words)
    return (
        formula.start
        - formula.sentence * len(words) / max(len(_sentences(plain)), 1)
        - formula.syllable * syllables / len(words)
    )


def check_reading_level(written: Written) -> Iterator[PreflightFinding]:
    """Find texts that many people would have to read twice."""
    for passage in written.passages:
        ease = reading_ease(passage.text, language=written.language) if passage.is_prose else None
        if ease is not None and ease < HARD:
            yield advice(_words(passage), passage.path)


def syllables_of(word: str, *, language: str) -> int:
    """Count the syllables of a word in English, French or Spanish, by its spelling."""
    return _FORMULAS[language].syllables(word.casefold())


def _words(passage: Passage) -> str:
    long = sum(len(_WORD.findall(each)) > _LONG_SENTENCE for each in _sentences(passage.text))
    if not long:
        return (
            "This text is hard to read, because many of its words are long. Shorter ones help "
            "people who read in a second language."
        )
    sentences = f"{long} sentences have" if long > 1 else "1 sentence has"
    return (
        f"This text is hard to read: {sentences} more than {_LONG_SENTENCE} words. Shorter ones "
        f"help people who read in a second language."
    )


def _sentences(text: str) -> list[str]:
    return [each for each in _SENTENCE_END.split(f"{text}\n") if _WORD.search(each)]


def _english(word: str) -> int:
    count = len(_ENGLISH_VOWELS.findall(word)) + len(_TWO_VOWELS.findall(word))
    if _SILENT_ENGLISH.search(word):
        count -= 1
    return max(count, 1)


def _french(word: str) -> int:
    count = len(_FRENCH_VOWELS.findall(_SILENT_FRENCH.sub("", word)))
    return max(count, 1)


def _spanish(word: str) -> int:
    plain = re.sub(r"qu(?=[eiéí])", "q", re.sub(r"gu(?=[eiéí])", "g", word))
    return max(len(_SPANISH_SYLLABLE.findall(plain)), 1)


_FORMULAS = {
    "en": _Formula(206.835, 1.015, 84.6, _english),
    "fr": _Formula(207.0, 1.015, 73.6, _french),
    "es": _Formula(206.84, 1.02, 60.0, _spanish),
}
