"""The texts of a topic in other languages: checked and tidied before they are saved."""

import unicodedata
from collections.abc import Mapping

from newsletter.core.languages import language_name
from subscribers.models.topic import LONGEST_TEXTS

type TopicTexts = dict[str, dict[str, str]]


class BadTopicText(ValueError):
    """A text that can't be kept. The message is fit to be shown."""

    def __init__(self, language: str, text: str, problem: str) -> None:
        super().__init__(f"{language_name(language)}, {text}: {problem}")
        self.language, self.text = language, text


def checked_texts(typed: Mapping[str, Mapping[str, str]]) -> TopicTexts:
    """Return texts by language as they are kept: in one line each, and without empty ones.

    Raises:
        BadTopicText: one is too long, or holds what can't be saved.
    """
    kept = {
        language: {
            text: line for text, raw in texts.items() if (line := _line(language, text, raw))
        }
        for language, texts in typed.items()
    }
    return {language: texts for language, texts in kept.items() if texts}


def _line(language: str, text: str, raw: str) -> str:
    line = " ".join(raw.split())
    # Cc are control characters, Cs halves of characters, which no database can hold.
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in line):
        raise BadTopicText(language, text, "Remove the special characters that can’t be saved.")
    if len(line) > (longest := LONGEST_TEXTS[text]):
        raise BadTopicText(language, text, f"Use at most {longest} characters.")
    return line
