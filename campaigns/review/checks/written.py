"""The words, links, headings and pictures of one language, each with the path of its field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from newsletter.rendering.blocks.fields import InputKind
from newsletter.rendering.blocks.image.block import DECORATION
from newsletter.rendering.blocks.registry import type_of

_STARTS_A_LINE = frozenset({"p", "ul", "ol", "li", "h2", "h3", "blockquote", "hr", "br"})
_HEADINGS = {"h2": 2, "h3": 3}
_TITLE = 1
_SUBTITLE = 2


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that recipients read, without formatting.

    Attributes:
        path: of its field, such as contents.en.blocks[2].html.
        text: one line for each paragraph.
        is_prose: whether it consists of sentences. A subject, a heading or a button doesn't.
    """

    path: str
    text: str
    is_prose: bool = False


@dataclass(frozen=True, slots=True)
class WrittenLink:
    """A link or a button, with the words that are pressed."""

    path: str
    url: str
    words: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading. Its level is 1 for the email's title, and 2 or 3 below it."""

    path: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, and the text for whoever doesn't see it."""

    path: str
    url: str
    alt: str


@dataclass(slots=True)
class Written:
    """All that staff wrote in one language of a campaign, in the order in which it is read."""

    language: str
    passages: list[Passage] = field(default_factory=list)
    links: list[WrittenLink] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    event_parts: int = 0
    """Blocks whose words are those of the event."""


def read_written(
    subject: str,
    preheader: str,
    blocks: Sequence[Mapping[str, Any]],
    *,
    language: str,
    path: str,
) -> Written:
    """Read one language, complete or not. What isn't text in a field of a known block is left out.

    Args:
        language: a tag, such as en.
        path: of the content, such as contents.en.
    """
    written = Written(language)
    lines = [Passage(f"{path}.subject", subject), Passage(f"{path}.preheader", preheader)]
    written.passages += [line for line in lines if line.text.strip()]
    for index, block in enumerate(blocks):
        _read_block(block, written, path=f"{path}.blocks[{index}]", is_first=index == 0)
    return written


def _read_block(block: Mapping[str, Any], written: Written, *, path: str, is_first: bool) -> None:
    block_type = type_of(block)
    written.event_parts += bool(block_type and block_type.needs_event)
    for kind, name, value in _fields(block):
        place = f"{path}.{name}"
        if kind is InputKind.RICH_TEXT:
            _read_html(value, written, path=place)
        elif kind in (InputKind.LINE, InputKind.LINES):
            written.passages.append(Passage(place, value, is_prose=kind is InputKind.LINES))
    texts = {name: value for _, name, value in _fields(block)}
    if block.get("type") == "heading" and texts.get("text"):
        level = _TITLE if is_first else _SUBTITLE
        written.headings.append(Heading(f"{path}.text", level, texts["text"]))
    if "url" in texts and "label" in texts:
        written.links.append(WrittenLink(f"{path}.label", texts["url"], texts["label"]))
    elif "url" in texts:
        alt = "" if block.get("decorative") == DECORATION else texts.get("alt", "")
        written.pictures.append(Picture(f"{path}.alt", texts["url"], alt))


def _fields(block: Mapping[str, Any]) -> Iterator[tuple[InputKind, str, str]]:
    block_type = type_of(block)
    for each in block_type.fields if block_type else ():
        value = block.get(each.name)
        if isinstance(value, str) and value.strip():
            yield each.input_kind, each.name, value


def _read_html(html: str, written: Written, *, path: str) -> None:
    reader = _Reader(path)
    reader.feed(html)
    reader.close()
    text = "\n".join(" ".join(line.split()) for line in "".join(reader.text).split("\n"))
    written.passages.append(Passage(path, text.strip(), is_prose=True))
    written.links += reader.links
    written.headings += reader.headings


class _Reader(HTMLParser):
    """Text, links and headings of rich text."""

    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.text: list[str] = []
        self.links: list[WrittenLink] = []
        self.headings: list[Heading] = []
        self._url: str | None = None
        self._words: list[str] = []
        self._level = 0
        self._title: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _STARTS_A_LINE:
            self.text.append("\n")
        if tag in _HEADINGS:
            self._level, self._title = _HEADINGS[tag], []
        if tag == "a":
            self._url, self._words = dict(attrs).get("href") or "", []

    def handle_endtag(self, tag: str) -> None:
        if tag in _STARTS_A_LINE:
            self.text.append("\n")
        if tag in _HEADINGS and self._level:
            self.headings.append(Heading(self.path, self._level, _line(self._title)))
            self._level = 0
        if tag == "a" and self._url is not None:
            self.links.append(WrittenLink(self.path, self._url, _line(self._words)))
            self._url = None

    def handle_data(self, data: str) -> None:
        self.text.append(data.replace("\n", " "))
        if self._level:
            self._title.append(data)
        if self._url is not None:
            self._words.append(data)


def _line(pieces: list[str]) -> str:
    return " ".join("".join(pieces).split())
