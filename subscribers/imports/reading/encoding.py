"""The bytes of a file as lines of text: its encoding, and the reasons why it can't be imported."""

import codecs
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "windows-1250",
    "windows-1252",
    "iso-8859-2",
    "windows-1251",
)
"""Encodings that an operator may name. Without a name a file is UTF-8, or UTF-16 where a byte order
mark says so.
"""

MAXIMUM_LINE = 1_000_000
"""Characters of one line. The longest answer of a form has a few thousand; a longer line is no
spreadsheet's.
"""

_BLOCK = 1 << 20
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive, as Excel's .xlsx and LibreOffice's .ods are",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"\x1f\x8b": "compressed by gzip",
    b"SQLite": "a SQLite database",
}


class ImportProblem(ValueError):
    """A file or an option that can't be imported. Nothing has been done.

    The message is fit to be shown on the command line. `on_page` is fit for the staff pages, which
    have no options.
    """

    def __init__(
        self,
        what: str,
        option: str = "",
        *,
        on_page: str = "",
        header: str = "",
        is_about_encoding: bool = False,
    ) -> None:
        """Make a complaint.

        Args:
            what: what is wrong.
            option: what to do about it on the command line.
            on_page: what to do about it on the staff pages.
            header: of the column that it is about.
            is_about_encoding: another encoding may put it right.
        """
        super().__init__(f"{what} {option}".rstrip())
        self.on_page = f"{what} {on_page}".rstrip()
        self.header = header
        self.is_about_encoding = is_about_encoding


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file that was read once, from end to end, and is text."""

    encoding: str
    digest: str
    """SHA-256 of its bytes, hexadecimal."""
    size: int


def examine(file: BinaryIO, *, encoding: str = "") -> TextFile:
    """Read `file` through, and return its encoding and digest.

    Windows code pages are never guessed: a Hungarian name read as Western European is wrong without
    a sign, so the operator has to name the encoding.

    Args:
        file: at its beginning, seekable; left at its beginning.
        encoding: one of ENCODINGS, or empty to find out.

    Raises:
        ImportProblem: empty, not text, or not in that encoding.
    """
    start = file.read(8)
    file.seek(0)
    if not start:
        raise ImportProblem("The file is empty.")
    _refuse_known_formats(start)
    name = encoding or encoding_by_mark(start)
    decoder = codecs.getincrementaldecoder(name)()
    digest, size, lines = hashlib.sha256(), 0, 1
    while True:
        block = file.read(_BLOCK)
        digest.update(block)
        size += len(block)
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            raise _not_in(name, error, lines) from None
        if "\0" in text:
            raise _nul(lines + text[: text.index("\0")].count("\n"), encoding)
        lines += text.count("\n")
        if not block:
            break
    file.seek(0)
    return TextFile(encoding=name, digest=digest.hexdigest(), size=size)


def encoding_by_mark(start: bytes) -> str:
    """Return the encoding that the first bytes of a file name, or else UTF-8."""
    return next((found for mark, found in _BYTE_ORDER_MARKS if start.startswith(mark)), "utf-8-sig")


def lines_of(file: BinaryIO, *, encoding: str) -> Iterator[str]:
    """Yield the lines of `file` from its beginning, with their ends, in flat memory.

    Raises:
        ImportProblem: a line longer than MAXIMUM_LINE.
    """
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        number = 0
        while line := text.readline(MAXIMUM_LINE + 1):
            number += 1
            if len(line) > MAXIMUM_LINE:
                raise ImportProblem(
                    f"Line {number} has more than {MAXIMUM_LINE:,} characters; this is not a CSV "
                    f"export of a form."
                )
            yield line
    finally:
        text.detach()  # or the wrapper would close the file with itself


def _refuse_known_formats(start: bytes) -> None:
    for signature, kind in _SIGNATURES.items():
        if start.startswith(signature):
            raise ImportProblem(
                f"The file is {kind}, not CSV. Export the sheet as comma-separated values (.csv) "
                f"and import that."
            )


def _not_in(name: str, error: UnicodeDecodeError, line: int) -> ImportProblem:
    line += error.object[: error.start].count(b"\n")
    if name == "utf-8-sig":
        return ImportProblem(
            f"Line {line} is not UTF-8.",
            "Export the file as CSV in UTF-8, or name its encoding, for example --encoding "
            "windows-1252 (Western Europe) or windows-1250 (Central Europe).",
            on_page="Choose the encoding of the file, or export it again as CSV in UTF-8.",
            is_about_encoding=True,
        )
    return ImportProblem(
        f"Line {line} is not {name.upper()} text.",
        on_page="Choose another encoding.",
        is_about_encoding=True,
    )


def _nul(line: int, encoding: str) -> ImportProblem:
    what = f"Line {line} has a NUL byte, so this is not a plain text file."
    if encoding:
        return ImportProblem(what, is_about_encoding=True)
    return ImportProblem(
        what,
        "It may be UTF-16 without a byte order mark: try --encoding utf-16-le.",
        on_page="It may be UTF-16 without a byte order mark: try that encoding.",
        is_about_encoding=True,
    )
