"""The fields of a block: how each kind is cleaned, prepared for its template, and filled in."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from newsletter.media.image_files import key_of, reference_in
from newsletter.rendering.blocks.surroundings import Surroundings
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.hrefs import check_image, check_link
from newsletter.rendering.merge import UnknownMergeField, sentinel, url_field
from newsletter.rendering.rich_text import (
    check_size,
    clean_rich_text,
    inline_styles,
    render_rich_text,
)
from newsletter.rendering.text import (
    as_text,
    clean_line,
    clean_lines,
    open_text,
    with_line_breaks,
    without_control_characters,
)


class InputKind(StrEnum):
    """The kinds of input by which staff fill in a field."""

    LINE = "line"
    LINES = "lines"
    RICH_TEXT = "rich_text"
    URL = "url"
    IMAGE = "image"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockField(ABC):
    """One field of a type of block.

    Attributes:
        name: in the block's JSON and in its template. It is stored, so it never changes.
        label, hint: what staff read above and below its input.
        required: whether it must be filled in. If not, an empty value is kept as "".
        input_kind: the input that it has in the editor.
    """

    input_kind: ClassVar[InputKind]
    name: str
    label: str
    hint: str = ""
    required: bool = True

    def clean(self, value: object, *, path: str) -> str:
        """Return `value` as it is kept. Cleaning what was cleaned changes nothing.

        Raises:
            BlockError: it can't be taken; `path` says where it stands.
        """
        if not self.required and (value is None or (isinstance(value, str) and not value.strip())):
            return ""
        return self._clean(value, path=path)

    def prepare(self, value: str, *, around: Surroundings) -> str:
        """Return a cleaned value for the template, its merge fields in the sentinel form.

        A plain text is escaped afterwards; a SafeString is HTML, and stays as it is.

        Raises:
            BlockError: it was never cleaned, and can't be shown.
        """
        if not self.required and not value:
            return ""
        return self._prepare(value, around=around)

    @abstractmethod
    def _clean(self, value: object, *, path: str) -> str:
        """Clean a value that was filled in."""

    @abstractmethod
    def _prepare(self, value: str, *, around: Surroundings) -> str:
        """Prepare a value that was filled in."""

    def path_in(self, around: Surroundings) -> str:
        """Return where the field stands, such as `blocks[2].text`."""
        return f"{around.path}.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineField(BlockField):
    """One line of plain text.

    Attributes:
        maximum: in characters.
        when_missing: what staff are told where it is not filled in, if that needs a reason.
    """

    input_kind = InputKind.LINE
    maximum: int
    when_missing: str = ""

    def _clean(self, value: object, *, path: str) -> str:
        if self.when_missing and value in (None, ""):
            raise BlockError(path, self.when_missing)
        return clean_line(value, path=path, maximum=self.maximum)

    def _prepare(self, value: str, *, around: Surroundings) -> str:
        return open_text(value, path=self.path_in(around))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesField(BlockField):
    """Plain text of several lines, at most `maximum` characters long."""

    input_kind = InputKind.LINES
    maximum: int

    def _clean(self, value: object, *, path: str) -> str:
        return clean_lines(value, path=path, maximum=self.maximum)

    def _prepare(self, value: str, *, around: Surroundings) -> str:
        return with_line_breaks(open_text(value, path=self.path_in(around)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RichTextField(BlockField):
    """Formatted text, as HTML."""

    input_kind = InputKind.RICH_TEXT

    def _clean(self, value: object, *, path: str) -> str:
        html = without_control_characters(as_text(value, path=path), path=path)
        return clean_rich_text(html, path=path)

    def _prepare(self, value: str, *, around: Surroundings) -> str:
        # What was kept as it was typed may be larger than what was cleaned.
        check_size(value, path=self.path_in(around))
        try:
            return render_rich_text(value, styles=inline_styles(around.theme, around.writing))
        except UnknownMergeField as error:
            raise BlockError(self.path_in(around), str(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkField(BlockField):
    """The target of a link: https, mailto, tel, or a merge field that is a URL."""

    input_kind = InputKind.URL

    def _clean(self, value: object, *, path: str) -> str:
        return check_link(as_text(value, path=path), path=path)

    def _prepare(self, value: str, *, around: Surroundings) -> str:
        checked = check_link(value, path=self.path_in(around))
        name = url_field(checked)
        return sentinel(name) if name else checked


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageUrlField(BlockField):
    """An image of the library, such as media:0123…, or the https address of one elsewhere."""

    input_kind = InputKind.IMAGE

    def _clean(self, value: object, *, path: str) -> str:
        text = as_text(value, path=path).strip()
        if key_of(text):
            return text
        return reference_in(text) or check_image(text, path=path)

    def _prepare(self, value: str, *, around: Surroundings) -> str:
        """Return its address; nothing where it was deleted from the library."""
        if key := key_of(value):
            return around.images[key].files[-1][1] if key in around.images else ""
        return check_image(value, path=self.path_in(around))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceField(BlockField):
    """One of several values. Where none is given, it is the first.

    Attributes:
        choices: value → label for staff. Values are stored, so they never change.
    """

    input_kind = InputKind.CHOICE
    choices: Mapping[str, str]

    @property
    def default(self) -> str:
        """The value of a block that has none."""
        return next(iter(self.choices))

    def clean(self, value: object, *, path: str) -> str:
        if value is None or value == "":
            return self.default
        return BlockField.clean(self, value, path=path)

    def _clean(self, value: object, *, path: str) -> str:
        text = as_text(value, path=path)
        if text not in self.choices:
            raise BlockError(path, f"must be one of {', '.join(self.choices)}")
        return text

    def _prepare(self, value: str, *, around: Surroundings) -> str:
        # A block that is older than its field has none.
        return self.clean(value, path=self.path_in(around))
