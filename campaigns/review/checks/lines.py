"""Subject and preview text: how much of them an inbox shows, and their shape."""

import re
import unicodedata
from collections.abc import Iterator

from campaigns.review.finding import PreflightFinding, advice, warning

PHONE_SUBJECT = 40
"""Columns of a subject that a phone held upright shows. Gmail and Apple Mail show 35 to 45 letters
of average width on 390 points."""
LONG_SUBJECT = 70
"""Columns that an inbox on a desktop shows beside the sender and the preview text."""
PHONE_PREHEADER = 90
"""Columns of preview text that a phone shows, on two lines."""
SHORT_PREHEADER = 12
"""Columns below which an inbox goes on with the first words of the email."""
_FIELD = re.compile(r"\{(\w+)(?:\|([^{}]*))?\}")
_USUAL = 12
"""Columns that a value is taken for where it has no fallback."""
_LETTERS = 3


def columns(text: str) -> int:
    """Return the width of a text, where an average Latin letter is 1.

    Chinese, Japanese and Korean characters and emoji are 2 (Unicode Standard Annex 11), marks on
    other letters 0. A merge field counts as its fallback.
    """
    filled = _FIELD.sub(lambda match: (match[2] or "").strip() or "x" * _USUAL, text)
    return sum(_width(character) for character in unicodedata.normalize("NFC", filled))


def shown_on_phone(text: str, *, maximum: int) -> str:
    """Return as much of a text as fits, with merge fields replaced by their fallbacks."""
    filled = _FIELD.sub(lambda match: (match[2] or "").strip() or f"({match[1]})", text)
    width = 0
    for place, character in enumerate(filled):
        width += _width(character)
        if width > maximum:
            return f"{filled[:place].rstrip()}…"
    return filled


def check_lines(subject: str, preheader: str, *, path: str) -> Iterator[PreflightFinding]:
    """Find what inboxes cut off of subject and preview text, or show badly.

    Args:
        path: of the content, such as contents.en.
    """
    yield from _check_subject(subject.strip(), f"{path}.subject")
    yield from _check_preheader(subject.strip(), preheader.strip(), f"{path}.preheader")


def _check_subject(subject: str, path: str) -> Iterator[PreflightFinding]:
    width = columns(subject)
    if width > LONG_SUBJECT:
        yield warning(
            f"The subject is {len(subject)} characters long, and most inboxes cut it off. A phone "
            f"shows: “{shown_on_phone(subject, maximum=PHONE_SUBJECT)}”",
            path,
        )
    elif width > PHONE_SUBJECT:
        yield advice(
            f"A phone shows only the beginning of the subject: "
            f"“{shown_on_phone(subject, maximum=PHONE_SUBJECT)}” Put what matters first.",
            path,
        )
    letters = [character for character in subject if character.isalpha()]
    if len(letters) > _LETTERS and subject.isupper():
        yield warning(
            "The subject is all in capitals. Spam filters and recipients dislike that.", path
        )
    if re.search(r"[!?！？؟]{2,}", subject):
        yield warning(
            "The subject has several exclamation or question marks in a row. Spam filters dislike "
            "that.",
            path,
        )
    if re.match(r"(re|fwd?|tr|aw|wg|rv)\s*:", subject, re.IGNORECASE):
        yield warning(
            "The subject looks like an answer to an email that people never wrote. Spam filters "
            "and recipients take that for a trick.",
            path,
        )


def _check_preheader(subject: str, preheader: str, path: str) -> Iterator[PreflightFinding]:
    if not preheader:
        yield warning(
            "There is no preview text. Email programs will show the first words of the email "
            "instead.",
            path,
        )
        return
    width = columns(preheader)
    if preheader.casefold() == subject.casefold():
        yield warning("The preview text repeats the subject. Say what the subject doesn’t.", path)
    elif width > PHONE_PREHEADER:
        yield advice(
            f"A phone shows only the beginning of the preview text: "
            f"“{shown_on_phone(preheader, maximum=PHONE_PREHEADER)}”",
            path,
        )
    elif width < SHORT_PREHEADER:
        yield advice(
            "The preview text is very short. Inboxes will add the first words of the email to it.",
            path,
        )


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
