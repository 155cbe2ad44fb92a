"""The text part, derived from the finished HTML part, so that the two can't say different things.

SpamAssassin penalises a text part that differs from the HTML, and some recipients see nothing else.

Four things of a template steer the text: the usual elements (a heading is underlined, a list item
gets its mark, a quotation gets `> `); the class `apart`, which puts what is side by side in the
HTML on lines of its own; the class `divider`, which becomes a line of stars; and the class
`not-in-text`.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.utils import translation
from django.utils.translation import pgettext

from newsletter.core.kept_together import NO_BREAK_SPACE, WORD_JOINER
from newsletter.rendering.merge import length_when_filled

WIDTH = 74
"""Columns. A link or a merge field is never broken, so lines with one may be longer."""

_BLOCKS = frozenset(
    # The elements that emails are made of. Others are part of a line.
    {
        "blockquote",
        "body",
        "div",
        "h1",
        "h2",
        "h3",
        "hr",
        "li",
        "ol",
        "p",
        "table",
        "td",
        "tr",
        "ul",
    }
)
_EMPTY = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_UNSEEN = frozenset({"head", "style", "script", "title", "noscript"})
_UNDERLINES = {"h1": "=", "h2": "-"}
_SPACE = re.compile(r"[ \t\r\n\f]+")


@dataclass(slots=True)
class _Link:
    url: str
    label: str = ""

    def __str__(self) -> str:
        label, address = self.label.strip(), self.url.removeprefix("mailto:").removeprefix("tel:")
        return address if label in ("", self.url, address) else f"{label} <{address}>"


@dataclass(slots=True)
class _List:
    """An ordered or unordered list that is open, and the number of its next item."""

    next_number: int | None
    items: int = 0

    def marker(self) -> str:
        self.items += 1
        if self.next_number is None:
            return "- "
        self.next_number += 1
        return f"{self.next_number - 1}. "


@dataclass(slots=True)
class _Paragraph:
    """The text that has been read since the last block element began."""

    pieces: list[str | _Link] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.pieces.append(text)

    def is_blank(self) -> bool:
        return not any(isinstance(piece, _Link) or piece.strip() for piece in self.pieces)

    def lines(self, colon: str) -> list[str]:
        """Return the paragraph before wrapping.

        A link that stands alone, such as a button, has its URL on a line of its own.

        Args:
            colon: between the two.
        """
        seen = [piece for piece in self.pieces if isinstance(piece, _Link) or piece.strip()]
        if len(seen) == 1 and isinstance(seen[0], _Link) and " <" in (shown := str(seen[0])):
            label, _, url = shown[:-1].rpartition(" <")
            return [f"{label}{colon}", url]
        return [
            " ".join(line.split(" ")).strip() for line in "".join(map(str, self.pieces)).split("\n")
        ]


def text_part_of(html: str) -> str:
    """Return the text part of a finished HTML part. Open merge fields stay open in it."""
    walker = _Walker()
    walker.feed(html)
    walker.close()
    return walker.finish()


class _Walker(HTMLParser):
    """A reader of HTML that we made. It skips comments, such as Outlook's conditional markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.colon = ":"
        self.paragraph = _Paragraph()
        self.link: _Link | None = None
        self.hidden: list[str] = []
        self.lists: list[_List] = []
        self.prefixes: list[str] = []
        self.marker = ""
        self.gap = False

    def finish(self) -> str:
        self._flush()
        # What kept words together has done so when lines were wrapped.
        text = "\n".join(self.out).replace(NO_BREAK_SPACE, " ").replace(f"–{WORD_JOINER}", "–")
        return text.strip("\n") + "\n"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        classes = values.get("class", "").split()
        if (
            self.hidden
            or tag in _UNSEEN
            or "not-in-text" in classes
            or "display:none" in values.get("style", "").replace(" ", "")
        ):
            if tag not in _EMPTY:
                self.hidden.append(tag)
            return
        if tag in _BLOCKS or "apart" in classes:
            self._flush(gap="apart" not in classes)
        if tag == "hr" or "divider" in classes:
            self._rule()
        self._begin(tag, values)

    def _begin(self, tag: str, values: dict[str, str]) -> None:
        match tag:
            case "html":
                language = values.get("lang", "").partition("-")[0]
                with translation.override(language or None):
                    self.colon = pgettext("after a name, before what it is", ":")
            case "br":
                self._write("\n")
            # The name that a portrait stands for is written beside it.
            case "img" if values.get("alt") and values.get("class") != "portrait":
                self._write(f"[{values['alt']}]")
            case "a" if values.get("href"):
                self.link = _Link(values["href"])
            case "ul":
                self.lists.append(_List(None))
            case "ol":
                start = values.get("start", "")
                self.lists.append(_List(int(start) if start.isdecimal() else 1))
            case "li" if self.lists:
                self.marker = self.lists[-1].marker()
                self.prefixes.append(" " * len(self.marker))
            case "blockquote":
                self.prefixes.append("> ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            if tag in self.hidden:
                while self.hidden.pop() != tag:
                    pass
            return
        if tag == "a" and self.link:
            self.paragraph.pieces.append(self.link)
            self.link = None
        if tag in _BLOCKS:
            self._flush(underline=_UNDERLINES.get(tag, ""))
        if (tag == "li" and self.lists) or tag == "blockquote":
            self.marker = ""
            if self.prefixes:
                self.prefixes.pop()
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self._write(_SPACE.sub(" ", data))

    def _write(self, text: str) -> None:
        if self.link:
            self.link.label += text.replace("\n", " ")
        else:
            self.paragraph.write(text)

    def _rule(self) -> None:
        self._flush()
        self.paragraph.write("* * *")
        self._flush()

    def _flush(self, *, underline: str = "", gap: bool = True) -> None:
        """Write the paragraph, wrapped, with the marks of the lists and quotations around it."""
        if self.link and self.link.label.strip():
            # A block inside of a link: the address follows where the link ends.
            self.paragraph.write(self.link.label)
            self.link.label = ""
        paragraph, self.paragraph = self.paragraph, _Paragraph()
        if not paragraph.is_blank():
            self._put(paragraph, underline=underline)
            self.gap = False
        self.gap = self.gap or gap

    def _within_a_list(self) -> bool:
        """Return whether an item begins that takes no empty line: any but an outer list's first."""
        return bool(
            self.marker and self.lists and (self.lists[-1].items > 1 or len(self.lists) > 1)
        )

    def _put(self, paragraph: _Paragraph, *, underline: str) -> None:
        rest = "".join(self.prefixes)
        if self.gap and self.out and not self._within_a_list():
            # The empty line is quoted within a quotation, and not in front of it.
            quoted = rest.rstrip() if ">" in rest else ""
            self.out.append(quoted if quoted and self.out[-1].startswith(quoted) else "")
        first = rest
        if self.marker:
            first, self.marker = "".join(self.prefixes[:-1]) + self.marker, ""
        wrapped = [
            part
            for line in paragraph.lines(self.colon)
            for part in wrap(line, width=WIDTH - len(rest))
        ]
        self.out += [
            ((first if index == 0 else rest) + line).rstrip() for index, line in enumerate(wrapped)
        ]
        if underline:
            self.out.append(
                rest + underline * min(WIDTH, max(map(length_when_filled, wrapped), default=0))
            )


def wrap(line: str, *, width: int = WIDTH) -> list[str]:
    """Cut `line` at spaces into lines of at most `width` columns, as far as its words allow.

    Merge fields count as a short word.
    """
    lines: list[str] = []
    current, length = "", 0
    for word in line.split(" "):
        size = length_when_filled(word)
        if current and length + 1 + size > width:
            lines.append(current)
            current, length = word, size
        else:
            current, length = (f"{current} {word}", length + 1 + size) if current else (word, size)
    return [*lines, current]
