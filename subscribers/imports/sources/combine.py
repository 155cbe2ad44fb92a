"""The imported tables of an upload as one list: a column says what the table of each row is."""

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsletter.core.private_files import open_private
from subscribers.imports.reading.encoding import ImportProblem, examine
from subscribers.imports.reading.headers import same
from subscribers.imports.reading.rows_as import RowsAs
from subscribers.imports.reading.table import Table, read_table, rows_of
from subscribers.imports.sources.part import Part

STATUS_HEADER = "Status according to the name of its file"
"""The column that says what each row's table is. It is read as a status."""
_WORDS = {
    RowsAs.SUBSCRIBERS: "subscribed",
    RowsAs.UNSUBSCRIBED: "unsubscribed",
    RowsAs.HARD_BOUNCED: "hard bounced",
    RowsAs.COMPLAINED: "complained",
}
"""RowsAs → a word that `reading.status_words` knows."""


@dataclass(frozen=True, slots=True)
class TablePlace:
    """The place of one table's rows in the list."""

    name: str
    first: int
    """The row of the list in which its first row stands."""
    own: int
    """The number of that row in the table itself."""

    def to_json(self) -> list[Any]:
        """Return it as it is kept."""
        return [self.name, self.first, self.own]


def combine(
    parts: Sequence[Part], *, folder: Path, encoding: str, target: Path
) -> list[TablePlace]:
    """Write the rows of several tables into one CSV file.

    Args:
        parts: those that are imported, with headings.
        encoding: chosen by staff.
        target: the file.

    Returns:
        Where the rows of each table stand. Blank ones are kept, so one number leads to the other.

    Raises:
        ImportProblem: one of the tables can't be read.
    """
    headers: dict[tuple[str, int], str] = {}
    tables: list[tuple[Part, Table, list[int]]] = []
    for part in parts:
        with (folder / part.file).open("rb") as stream, _named_in_complaints(part):
            text = examine(stream, encoding=part.encoding(encoding))
            table = read_table(stream, encoding=text.encoding)
        keys = _keys(table.headers)
        for key, header in zip(keys, table.headers, strict=True):
            headers.setdefault(key, header)
        places = {key: place for place, key in enumerate(headers)}
        tables.append((part, table, [places[key] for key in keys]))
    found = list[TablePlace]()
    width = len(headers)
    descriptor = open_private(target, os.O_WRONLY | os.O_TRUNC)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*headers.values(), STATUS_HEADER])
        number = 1
        for part, table, columns in tables:
            word = _WORDS[RowsAs(part.rows_as)]
            found.append(TablePlace(part.name, number + 1, table.header_row + 1))
            with (folder / part.file).open("rb") as stream, _named_in_complaints(part):
                for row in rows_of(stream, table):
                    if row.number > table.header_row:
                        number += 1
                        writer.writerow(_in_list(row.cells, columns, width=width, word=word))
    return found


def place_of(number: int, places: Sequence[Sequence[Any]]) -> str:
    """Return where people find a row of the list: its number, and its table if there are several.

    Args:
        places: as `TablePlace.to_json` keeps them.
    """
    for name, first, own in reversed(places):
        if number >= first:
            return f"{name}, row {number - first + own:,}"
    return f"row {number:,}"


def _keys(headers: Sequence[str]) -> list[tuple[str, int]]:
    """Return a key of each column: the words of its heading, and which of several alike it is."""
    seen: dict[str, int] = {}
    keys = []
    for header in headers:
        words = same(header)
        keys.append((words, seen.get(words, 0)))
        seen[words] = seen.get(words, 0) + 1
    return keys


def _in_list(cells: Sequence[str], columns: Sequence[int], *, width: int, word: str) -> list[str]:
    if not any(cell.strip() for cell in cells):
        return []
    row = [""] * width
    for cell, column in zip(cells, columns, strict=False):
        row[column] = cell
    # Cells without a heading, by which the import knows a row whose cells have moved.
    return [*row, word, *cells[len(columns) :]]


@contextmanager
def _named_in_complaints(part: Part) -> Iterator[None]:
    """Name the table in a complaint about one of several."""
    try:
        yield
    except ImportProblem as problem:
        raise ImportProblem(
            f"{part.name}: {problem.on_page}", is_about_encoding=problem.is_about_encoding
        ) from None
