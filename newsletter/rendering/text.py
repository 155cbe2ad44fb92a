"""Plain text in content: cleaned when it is saved, its merge fields opened when it is rendered."""

import re

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from newsletter.core.hidden_characters import hidden_fault_of
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.merge import (
    UnknownMergeField,
    merge_fields_in,
    open_fields,
    without_sentinels,
)

# A line holds no line ends. Lone surrogates and non-characters can't be stored or encoded.
_NOT_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_NOT_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LONGEST_SHOWN = 40


def clean_line(text: object, *, path: str, maximum: int, required: bool = True) -> str:
    """Return one line of plain text, such as a subject: trimmed, single spaces, known merge fields.

    Args:
        maximum: in characters.
        required: whether an empty line is a fault; if not, None is as good as empty.

    Raises:
        BlockError: not text, empty, too long, with control characters, or with an unknown merge
            field.
    """
    if text is None and not required:
        return ""
    line = as_text(text, path=path, maximum=maximum)
    if _NOT_IN_A_LINE.search(line):
        raise BlockError(path, "must be one line without control characters")
    tidied = " ".join(line.split())
    if fault := hidden_fault_of(tidied):
        raise BlockError(path, fault)
    return _with_known_fields(tidied, path=path, required=required)


def clean_lines(text: object, *, path: str, maximum: int) -> str:
    """Return plain text of several lines: each trimmed, at most one empty line in a row.

    Args:
        maximum: in characters.

    Raises:
        BlockError: as `clean_line` does. An empty text is a fault.
    """
    given = as_text(text, path=path, maximum=maximum).replace("\r\n", "\n").replace("\r", "\n")
    checked = without_control_characters(given, path=path)
    lines = "\n".join(" ".join(line.split()) for line in checked.split("\n"))
    return _with_known_fields(re.sub(r"\n{3,}", "\n\n", lines).strip(), path=path, required=True)


def as_text(value: object, *, path: str, maximum: int | None = None) -> str:
    """Return `value` if it is text, without the characters that rendering keeps to itself.

    Args:
        maximum: in characters, outer spaces aside; None: any length.

    Raises:
        BlockError: it is missing, not text, or too long.
    """
    if value is None:
        raise BlockError(path, "is missing")
    if not isinstance(value, str):
        raise BlockError(path, f"must be text, not {shown(value)}")
    text = without_sentinels(value)
    if maximum is not None and len(text.strip()) > maximum:
        raise BlockError(
            path,
            f"is too long: {len(text.strip())} characters, at most {maximum} are possible",
        )
    return text


def without_control_characters(text: str, *, path: str) -> str:
    """Return `text`, which may hold tabs and line ends.

    Raises:
        BlockError: it holds other control characters, or what can't be stored or encoded.
    """
    if _NOT_IN_TEXT.search(text):
        raise BlockError(path, "holds control characters")
    return text


def open_text(text: str, *, path: str) -> str:
    """Return `text` with its merge fields in the sentinel form.

    Raises:
        BlockError: a merge field that doesn't exist.
    """
    try:
        return open_fields(without_sentinels(text))
    except UnknownMergeField as error:
        raise BlockError(path, str(error)) from error


def with_line_breaks(text: str) -> SafeString:
    """Return plain text of several lines as HTML, escaped, without its empty lines.

    Merge fields in the sentinel form pass unharmed.
    """
    return format_html_join(
        SafeString("<br>"),
        "{}",
        ((line.strip(),) for line in text.strip().splitlines() if line.strip()),
    )


def shown(value: object) -> str:
    """Return a short form of `value` for messages; of containers, however deep, only the kind."""
    if isinstance(value, str | int | float | bool | None):
        text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
        return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return "a list" if isinstance(value, list) else "an object"


def _with_known_fields(text: str, *, path: str, required: bool) -> str:
    if required and not text:
        raise BlockError(path, "is empty")
    try:
        merge_fields_in(text)
    except UnknownMergeField as error:
        raise BlockError(path, str(error)) from error
    return text
