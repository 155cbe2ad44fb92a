"""The words of a text as its readers see them, whatever its spaces and its mark-up."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_SAME = {"b": "strong", "i": "em"}
_MARKS = frozenset({"strong", "em", "u", "s", "sub", "sup"})
_STARTS = frozenset({"p", "li", "h2", "h3", "blockquote"})
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Soft hyphen, and characters without a width that only say where a line may break. Those that join
letters, as Persian has, are seen."""
_PIECES = re.compile(r"(\s+)")


@dataclass(slots=True)
class _Word:
    """One word: its runs of letters that look alike, and what begins at it, such as a paragraph."""

    starts: str
    link: str
    runs: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.runs)

    def add(self, text: str, marks: tuple[str, ...]) -> None:
        if self.runs and self.runs[-1][1] == marks:
            self.runs[-1] = (self.runs[-1][0] + text, marks)
        else:
            self.runs.append((text, marks))


class _Words(HTMLParser):
    """Reads rich text, finished or not."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[_Word] = []
        self._marks: list[str] = []
        self._lists: list[str] = []
        self._links: list[str] = []
        self._starts = ""
        self._goes_on = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = _SAME.get(tag, tag)
        if tag in _MARKS:
            self._marks.append(tag)
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
        elif tag in ("ul", "ol"):
            self._lists.append(tag)
        elif tag == "hr":
            self._break("p")
            self.words.append(_Word("hr", ""))
        elif tag == "br":
            self._break("br")
        elif tag in _STARTS:
            self._break(f"li {self._lists[-1] if self._lists else ''}" if tag == "li" else tag)

    def handle_endtag(self, tag: str) -> None:
        tag = _SAME.get(tag, tag)
        if tag in self._marks:
            self._marks.remove(tag)
        elif tag == "a" and self._links:
            self._links.pop()
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self._break("p")
        elif tag in _STARTS:
            self._break("p")

    def handle_data(self, data: str) -> None:
        for piece in _PIECES.split(data.translate(_INVISIBLE)):
            if not piece:
                continue
            if piece.isspace():
                self._goes_on = False
                continue
            link = self._links[-1] if self._links else ""
            if not self._goes_on or self.words[-1].link != link:
                glued = self._goes_on
                self.words.append(_Word("+" if glued else self._starts, link))
                self._starts = ""
            self.words[-1].add(piece, tuple(sorted({*self._marks})))
            self._goes_on = True

    def _break(self, starts: str) -> None:
        """Begin another paragraph or line. What says more about it stays: a list’s item has one."""
        weight = ("", "br", "p").index
        if self._starts in ("", "br", "p") and (
            starts not in ("br", "p") or weight(starts) > weight(self._starts)
        ):
            self._starts = starts
        self._goes_on = False


def _words_of(text: str, *, is_html: bool) -> list[_Word]:
    reader = _Words()
    if is_html:
        reader.feed(text)
        reader.close()
    else:
        reader.handle_data(text)
    if reader.words and reader.words[0].starts in ("br", "p"):
        reader.words[0].starts = ""
    return reader.words


def seen_words(text: str, *, is_html: bool) -> list[list[object]]:
    """Return all of a text that a reader sees, to be compared with another.

    Bold letters, lists and the targets of links are seen; spaces, empty paragraphs, and which of
    two tags makes the same, are not.
    """
    return [
        [each.starts, each.link, [[letters, list(marks)] for letters, marks in each.runs]]
        for each in _words_of(text, is_html=is_html)
    ]


def readable(text: str, *, is_html: bool) -> str:
    """Return a text as plain text with line breaks; links with their targets in brackets."""
    if not is_html:
        return text.strip()
    words = _words_of(text, is_html=True)
    written: list[str] = []
    for place, word in enumerate(words):
        written.append(_BEFORE.get(word.starts, "\n• " if word.starts[:2] == "li" else "\n\n"))
        written.append(word.text)
        after = words[place + 1].link if place + 1 < len(words) else ""
        if word.link and word.link != after:
            written.append(f" ({word.link})")
    return "".join(written).strip()


_BEFORE = {"": " ", "+": "", "br": "\n", "hr": "\n\n—"}
