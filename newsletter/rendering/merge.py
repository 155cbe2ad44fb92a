"""Merging: fields such as `{name}` or `{name|fallback}`, filled for each recipient by plain joins.

A text with merge fields takes three forms, and no template engine is used in any of them:

1. what staff write: `{given_name|colleague}`;
2. the sentinel form, in a rendered email: the same between two private-use characters, its
   fallback percent-encoded, so that neither MRML, an HTML parser nor the wrapping of lines can tear
   or change it;
3. a `Splice`: the rendered text cut into literals and fields, once, and joined for each recipient.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from html import escape as escape_html
from html import unescape as unescape_html
from typing import Self
from urllib.parse import quote, unquote

from newsletter.rendering.merge_fields import (
    CUSTOM,
    MERGE_FIELDS,
    URL_FIELDS,
    all_merge_fields,
    custom_merge_fields,
)

OPEN, CLOSE = "\ue000", "\ue001"
"""Private-use characters around a field in the sentinel form. Cleaning takes them out of everything
that comes in."""

# Double braces belong to template engines; here they are two characters like any other.
_WRITTEN = re.compile(r"(?<!\{)\{([^\W\d]\w*)(?:\|([^{}]*))?\}(?!\})")
_SENTINEL_NAME = re.compile("[a-z_]+")
_SENTINEL = re.compile(f"{OPEN}([a-z_]+)(?:\\|([A-Za-z0-9_.~%-]*))?{CLOSE}")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class UnknownMergeField(ValueError):
    """A merge field that doesn't exist. The message names it and lists those that do."""

    def __init__(self, name: str) -> None:
        shown = name if len(name) <= 40 else f"{name[:40]}…"
        super().__init__(
            f"there is no merge field {{{shown}}}. You can use: "
            f"{', '.join(sorted(all_merge_fields()))}"
        )
        self.name = name


def merge_fields_in(text: str) -> set[str]:
    """Return the names of the merge fields in a text that staff wrote.

    Braces that don't read `{word}` or `{word|fallback}` are plain text, and so are doubled ones.

    Raises:
        UnknownMergeField: a field that doesn't exist.
    """
    names = {match[1] for match in _WRITTEN.finditer(text)}
    for name in sorted(names):
        _known(name)
    return names


def merge_field_count(text: str) -> int:
    """Count the merge fields in `text`, known or not."""
    return sum(1 for _ in _WRITTEN.finditer(text))


def has_stray_brace(text: str) -> bool:
    """Return whether a brace belongs to no merge field.

    Mostly it is a field that was mistyped, such as `{given name}`.
    """
    left = without_merge_fields(text)
    return "{" in left or "}" in left


def without_merge_fields(text: str) -> str:
    """Return `text` without its merge fields, known or not, and without their fallbacks."""
    return _WRITTEN.sub("", text)


def fields_without_fallback(text: str) -> set[str]:
    """Return the merge fields in `text` that leave a gap where their value is unknown.

    Fields that don't exist are among them.
    """
    return {match[1] for match in _WRITTEN.finditer(text) if not (match[2] or "").strip()}


def fallbacks_in(text: str) -> set[tuple[str, str]]:
    """Return the merge fields in `text` that have a fallback, each with it, as it is written."""
    found = {(match[1], (match[2] or "").strip()) for match in _WRITTEN.finditer(text)}
    return {(name, fallback) for name, fallback in found if fallback}


def url_field(url: str) -> str | None:
    """Return the merge field that `url` consists of, or None for any other URL."""
    match = _WRITTEN.fullmatch(url)
    return match[1] if match and match[2] is None and match[1] in URL_FIELDS else None


def open_fields(text: str, *, html: bool = False) -> str:
    """Return `text` with its merge fields in the sentinel form.

    Args:
        html: whether `text` is HTML; fallbacks are then unescaped, since the sentinel form holds
            them plain.

    Raises:
        UnknownMergeField: a field that doesn't exist.
    """

    def opened(match: re.Match[str]) -> str:
        fallback = match[2] or ""
        return sentinel(_known(match[1]), unescape_html(fallback) if html else fallback)

    return _WRITTEN.sub(opened, text)


def sentinel(name: str, fallback: str = "") -> str:
    """Return the sentinel form of one field. The fallback is plain text, not HTML."""
    words = " ".join(fallback.split())
    return f"{OPEN}{name}|{quote(words, safe='')}{CLOSE}" if words else f"{OPEN}{name}{CLOSE}"


def without_sentinels(text: str) -> str:
    """Return `text` without the two private-use characters that rendering keeps to itself."""
    return text.replace(OPEN, "").replace(CLOSE, "")


def length_when_filled(text: str, *, guess: int = 12) -> int:
    """Estimate the length of `text` in the sentinel form: each field counts for `guess`."""
    return len(_SENTINEL.sub("x" * guess, text)) if OPEN in text else len(text)


@dataclass(frozen=True, slots=True)
class Splice:
    """A text with open merge fields: parsed once, filled for each recipient.

    Filling is the innermost loop of sending, so as much as possible is prepared: a list of pieces
    with the fallbacks in place, plain and HTML-escaped, and the places where values go.
    """

    fields: frozenset[str]
    _plain: tuple[str, ...]
    _html: tuple[str, ...]
    _places: tuple[tuple[int, str], ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Cut `text`, in the sentinel form, into literals and fields.

        Raises:
            UnknownMergeField: a field that doesn't exist: the text wasn't rendered by this
                version.
        """
        plain: list[str] = []
        places: list[tuple[int, str]] = []
        end = 0
        for match in _SENTINEL.finditer(text):
            plain.append(text[end : match.start()])
            places.append((len(plain), _rendered(match[1])))
            plain.append(unquote(match[2] or ""))
            end = match.end()
        plain.append(text[end:])
        escaped = list(plain)
        for index, _ in places:
            escaped[index] = escape_html(plain[index])
        return cls(
            frozenset(name for _, name in places), tuple(plain), tuple(escaped), tuple(places)
        )

    @classmethod
    def literal(cls, text: str) -> Self:
        """Return `text` as it is, without fields, whatever it looks like."""
        return cls(frozenset(), (text,), (text,), ())

    def fill(self, values: Mapping[str, str], *, escape: bool) -> str:
        """Return the text for one recipient.

        Args:
            values: by field name. A missing or empty value gives way to the field's fallback, if it
                has one.
            escape: for HTML: escape values and fallbacks. Off for the text part and the subject.
        """
        pieces = list(self._html if escape else self._plain)
        for index, name in self._places:
            value = values.get(name)
            if value:
                line = one_line(value)
                pieces[index] = escape_html(line) if escape else line
        return "".join(pieces)

    def pieces(self, *, escape: bool) -> Iterator[tuple[str, str | None]]:
        """Yield what `fill` joins: each literal with None, each fallback with its field's name.

        For code that prepares the text further.
        """
        names = dict(self._places)
        for index, piece in enumerate(self._html if escape else self._plain):
            yield piece, names.get(index)


def one_line(value: str) -> str:
    """Return `value` with a space in place of line ends and other control characters.

    So no name can add a line or a header.
    """
    return value if value.isprintable() else _CONTROL.sub(" ", value)


@contextmanager
def lost_fields_left_out() -> Iterator[None]:
    """Let a merge field that isn't there any more give way to its fallback.

    It is for what was sent while the custom field was there, and is read again.
    """
    before = _leaves_out.set(True)
    try:
        yield
    finally:
        _leaves_out.reset(before)


_leaves_out: ContextVar[bool] = ContextVar("leaves_out", default=False)


def _known(name: str) -> str:
    """Return a field's name in the sentinel form."""
    if name in MERGE_FIELDS:
        return name
    if name in custom_merge_fields() or (_leaves_out.get() and _SENTINEL_NAME.fullmatch(name)):
        return CUSTOM + name
    raise UnknownMergeField(name)


def _rendered(name: str) -> str:
    """Return the name of a field in the sentinel form, if this version can fill it."""
    if name not in MERGE_FIELDS and not name.startswith(CUSTOM):
        raise UnknownMergeField(name)
    return name
