"""The cells of one sheet as text, row by row. Formulas are not calculated; results are read."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from newsletter.core.spreadsheets import NOT_CALCULATED
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.reading.table import MAXIMUM_COLUMNS
from subscribers.imports.sources.number_formats import date_of, plain_number
from subscribers.imports.sources.shared_strings import SharedStrings, check_length, unescaped
from subscribers.imports.sources.workbook import Workbook
from subscribers.imports.sources.xml_events import local, parse

MOST_ROWS = 1_048_576
"""Of a sheet (ECMA-376); a file that numbers one higher was made by no spreadsheet program."""
_BLANK: list[str] = []
"""One for all rows that the file leaves out: there may be a million. Nobody writes to it."""
_LETTERS = re.compile(r"[A-Z]{1,3}")


class SheetRows:
    """Reads the rows of one sheet. Rows and cells that the file leaves out are empty."""

    def __init__(self, book: Workbook, texts: SharedStrings) -> None:
        self.hidden_rows = 0
        """Rows with cells that the spreadsheet doesn't show, such as those of a filter."""
        self._book = book
        self._texts = texts
        self._rows: list[list[str]] = []
        self._number = 0
        self._cells: list[str] = []
        self._is_hidden = False
        self._columns: dict[str, int] = {}
        self._column = 0
        self._kind = ""
        self._style = ""
        self._has_formula = False
        self._pieces: list[str] | None = None
        self._length = 0
        self._text = ""
        self._phonetic = 0
        self._names: dict[str, str] = {}
        self._start: Mapping[str, Callable[[dict[str, str]], None]] = {
            "row": self._start_row,
            "c": self._start_cell,
            "v": self._start_value,
            "is": self._start_inline,
            "t": self._start_text,
            "f": self._start_formula,
            "rPh": self._start_phonetic,
        }
        self._end: Mapping[str, Callable[[], None]] = {
            "row": self._end_row,
            "c": self._end_cell,
            "v": self._end_text,
            "t": self._end_text,
            "rPh": self._end_phonetic,
        }

    def read(self, stream: IO[bytes]) -> Iterator[list[str]]:
        """Yield the cells of each row from the first on.

        Raises:
            ImportProblem: the sheet can't be read.
        """
        for _ in parse(stream, start=self._on_start, end=self._on_end, text=self._on_text):
            rows, self._rows = self._rows, []
            yield from rows

    def _local(self, name: str) -> str:
        known = self._names.get(name)
        if known is None:
            known = self._names[name] = local(name)
        return known

    def _on_start(self, name: str, attributes: dict[str, str]) -> None:
        act = self._start.get(self._local(name))
        if act is not None:
            act(attributes)

    def _on_end(self, name: str) -> None:
        act = self._end.get(self._local(name))
        if act is not None:
            act()

    def _on_text(self, text: str) -> None:
        if self._pieces is not None:
            self._length += len(text)
            check_length(self._length)
            self._pieces.append(text)

    def _start_row(self, attributes: dict[str, str]) -> None:
        named = attributes.get("r", "")
        number = int(named) if named.isdecimal() and len(named) < 9 else self._number + 1
        if number > MOST_ROWS:
            raise ImportProblem(f"A row has the number {number:,}, as no sheet has.")
        for _ in range(self._number + 1, number):
            self._rows.append(_BLANK)
        self._number = max(number, self._number + 1)
        self._cells = []
        self._column = -1
        self._is_hidden = attributes.get("hidden", "") in ("1", "true")

    def _end_row(self) -> None:
        if self._is_hidden and any(self._cells):
            self.hidden_rows += 1
        self._rows.append(self._cells)
        self._cells = []

    def _start_cell(self, attributes: dict[str, str]) -> None:
        named = _LETTERS.match(attributes.get("r", ""))
        self._column = self._place(named.group()) if named else self._column + 1
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._has_formula = False
        self._text = ""

    def _place(self, letters: str) -> int:
        known = self._columns.get(letters)
        if known is None:
            known = 0
            for letter in letters:
                known = known * 26 + ord(letter) - 64
            known = self._columns[letters] = known - 1
        return known

    def _start_value(self, attributes: dict[str, str]) -> None:
        # A text in the cell itself, which some programs repeat as a value.
        if not (self._kind == "inlineStr" and self._text):
            self._start_text(attributes)

    def _start_inline(self, attributes: dict[str, str]) -> None:
        self._text = ""

    def _start_text(self, attributes: dict[str, str]) -> None:
        if not self._phonetic:
            self._pieces, self._length = [], len(self._text)

    def _end_text(self) -> None:
        if self._pieces is not None:
            self._text += unescaped("".join(self._pieces))
            self._pieces = None

    def _start_formula(self, attributes: dict[str, str]) -> None:
        self._has_formula = True

    def _start_phonetic(self, attributes: dict[str, str]) -> None:
        self._phonetic += 1

    def _end_phonetic(self) -> None:
        self._phonetic -= 1

    def _end_cell(self) -> None:
        value = self._value()
        if not value:
            return
        column = self._column
        if column >= MAXIMUM_COLUMNS:
            raise ImportProblem(
                f"Row {self._number:,} has more than {MAXIMUM_COLUMNS:,} columns; that many are "
                f"read at most."
            )
        cells = self._cells
        while len(cells) < column:
            cells.append("")
        if len(cells) == column:
            cells.append(value)
        else:
            cells[column] = value

    def _value(self) -> str:
        text, kind = self._text, self._kind
        if kind == "s":
            return self._texts.get(text) if text else ""
        if kind == "n" and text:
            style = self._style
            if style and style.isdecimal() and int(style) in self._book.date_styles:
                return date_of(text, since_1904=self._book.since_1904)
            return plain_number(text)
        if kind == "b":
            return "TRUE" if text == "1" else "FALSE" if text == "0" else text
        if not text and self._has_formula and kind != "str":
            return NOT_CALCULATED
        return text
