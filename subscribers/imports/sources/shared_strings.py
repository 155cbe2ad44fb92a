"""The texts of a workbook, which cells name by number: kept in a file, found by their places."""

import mmap
import re
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.sources.archives import DAMAGED
from subscribers.imports.sources.xml_events import local, parse

MAXIMUM_CELL = 100_000
"""Characters of one cell; spreadsheets allow 32,767. More is no list, and csv would refuse it."""


class SharedStrings:
    """Texts by number. A workbook of a million people has millions of them."""

    def __init__(self, texts: "mmap.mmap | bytes", ends: "array[int]") -> None:
        self._texts = texts
        self._ends = ends

    def get(self, number: str) -> str:
        """Return the text of that number.

        Raises:
            ImportProblem: there is none.
        """
        try:
            index = int(number)
            if index < 0:
                raise IndexError
            start = self._ends[index - 1] if index else 0
            return self._texts[start : self._ends[index]].decode("utf-8")
        except (ValueError, IndexError):
            raise ImportProblem(DAMAGED) from None


class _Reader:
    def __init__(self, file: IO[bytes]) -> None:
        self.ends: array[int] = array("Q")
        self._file = file
        self._size = 0
        self._pieces: list[str] = []
        self._length = 0
        self._is_text = False
        self._phonetic = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = local(name)
        if kind == "si":
            self._pieces, self._length = [], 0
        elif kind == "rPh":  # how it is pronounced
            self._phonetic += 1
        self._is_text = kind == "t" and not self._phonetic

    def text(self, text: str) -> None:
        if self._is_text:
            self._length += len(text)
            check_length(self._length)
            self._pieces.append(text)

    def end(self, name: str) -> None:
        kind = local(name)
        self._is_text = False
        if kind == "rPh":
            self._phonetic -= 1
        elif kind == "si":
            # Halves of characters, which XML forbids and some programs write.
            encoded = unescaped("".join(self._pieces)).encode("utf-8", "replace")
            self._file.write(encoded)
            self._size += len(encoded)
            self.ends.append(self._size)


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Return a text with its escaped characters, but for those that no text has."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(escaped: re.Match[str]) -> str:
    character = chr(int(escaped[1], 16))
    return character if character in "\t\n\r" or character.isprintable() else ""


def check_length(characters: int) -> None:
    """Refuse a cell that is longer than any list has one.

    Raises:
        ImportProblem: it is.
    """
    if characters > MAXIMUM_CELL:
        raise ImportProblem(f"A cell has more than {MAXIMUM_CELL:,} characters, as no list has.")


@contextmanager
def shared_strings(stream: IO[bytes] | None, *, folder: Path) -> Iterator[SharedStrings]:
    """Read the texts of a workbook into a file that goes when this ends.

    Args:
        stream: the part of the workbook that holds them; None where it has none.
        folder: in which the file lies.

    Raises:
        ImportProblem: they can't be read.
    """
    if stream is None:
        yield SharedStrings(b"", array("Q"))
        return
    with TemporaryFile(dir=folder) as file:
        reader = _Reader(file)
        for _ in parse(stream, start=reader.start, end=reader.end, text=reader.text):
            pass
        file.flush()
        if not file.tell():
            yield SharedStrings(b"", reader.ends)
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as texts:
            yield SharedStrings(texts, reader.ends)
