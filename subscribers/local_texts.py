"""Texts that staff write in several languages: checked and tidied before they are saved."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from newsletter.core.hidden_characters import hidden_fault_of
from newsletter.core.languages import language_name, lookup_language
from newsletter.core.staff_text import StaffText

type LocalTexts = dict[str, dict[str, str]]
"""By language, then by the name of the text: {"uk": {"name": "…"}}."""


class HasTexts(Protocol):
    """A row with texts in the first language of the installation, and `texts` in others."""

    texts: LocalTexts


def text_in(row: HasTexts, language: str, text: str) -> str:
    """Return a text of a row in a language, or in that of the columns.

    Args:
        language: a BCP 47 tag. A variety, such as es-mx, is served by its bare language.
        text: the name of a column.
    """
    return text_of(row.texts, language, text, own=getattr(row, text))


def text_of(texts: LocalTexts, language: str, text: str, *, own: str) -> str:
    """Return a text in a language, or `own`, which is in the first language of the installation.

    Args:
        language: a BCP 47 tag. A variety, such as es-mx, is served by its bare language.
    """
    found = lookup_language(language, texts)
    translated = texts.get(found, {}).get(text)
    if translated:
        return StaffText(translated, found)
    return StaffText(own, settings.CONTENT_LANGUAGES[0]) if own else ""


@dataclass(frozen=True, slots=True)
class TextKind:
    """One of the texts, such as a name.

    Args:
        longest: in characters.
        rows: lines of its field; 1 for a field of one line.
        has_paragraphs: whether its lines are kept.
    """

    label: str
    longest: int
    rows: int = 1
    has_paragraphs: bool = False


class BadLocalText(ValueError):
    """A text that can't be kept. The message is fit to be shown."""

    def __init__(self, language: str, text: str, problem: str) -> None:
        super().__init__(f"{language_name(language)}, {text}: {problem}")
        self.language, self.text = language, text


def checked_texts(
    typed: Mapping[str, Mapping[str, str]], *, kinds: Mapping[str, TextKind]
) -> LocalTexts:
    """Return texts by language as they are kept, without empty ones.

    Each is in one line, unless its kind has paragraphs.

    Raises:
        BadLocalText: one is too long, or holds what can't be saved.
    """
    kept = {
        language: {
            name: text
            for name, raw in texts.items()
            if (text := _tidied(language, name, raw, kinds[name]))
        }
        for language, texts in typed.items()
    }
    return {language: texts for language, texts in kept.items() if texts}


def _tidied(language: str, name: str, raw: str, kind: TextKind) -> str:
    lines = raw.splitlines() if kind.has_paragraphs else [raw]
    text = "\n".join(" ".join(line.split()) for line in lines).strip()
    # Cc are control characters, Cs halves of characters, which no database can hold.
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in text.replace("\n", "")):
        raise BadLocalText(language, name, "Remove the special characters that can’t be saved.")
    if fault := hidden_fault_of(text):
        raise BadLocalText(language, name, fault)
    if len(text) > kind.longest:
        raise BadLocalText(language, name, f"Use at most {kind.longest:,} characters.")
    return text
