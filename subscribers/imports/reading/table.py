"""Lines of text as rows of cells: the delimiter, the row of headers, and broken quoting."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, NamedTuple

from subscribers.imports.reading.encoding import ImportProblem, lines_of
from subscribers.imports.reading.headers import field_of, same

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
MAXIMUM_COLUMNS = 1_000
_SAMPLE_LINES = 200


@dataclass(frozen=True, slots=True)
class Table:
    """The layout of a file's rows."""

    encoding: str
    delimiter: str
    header_row: int
    """The number of the row that holds the headers, counted from 1."""
    headers: tuple[str, ...]
    skipped_lines: int = 0
    """Lines before the first row: Excel's own "sep=;"."""


class TableRow(NamedTuple):
    """One row. A tuple, because there may be a million.

    `number` is the row in which a spreadsheet shows it, however many lines its cells have.
    """

    number: int
    cells: list[str]


def read_table(file: BinaryIO, *, encoding: str, mapping: Mapping[str, str] | None = None) -> Table:
    """Find delimiter and headers.

    Args:
        file: seekable, of bytes.
        encoding: as `examine` found it.
        mapping: the operator's headers, which count as known ones.

    Raises:
        ImportProblem: no header, or a header that can't be one.
    """
    sample = list(islice(lines_of(file, encoding=encoding), _SAMPLE_LINES))
    declared = _declared_delimiter(sample[0]) if sample else None
    skipped = 0 if declared is None else 1
    known = {same(header) for header in mapping or {}}
    best = declared or max(
        DELIMITERS, key=lambda delimiter: _score(sample[skipped:], delimiter, known)
    )
    found = Table(
        encoding=encoding, delimiter=best, header_row=1, headers=(), skipped_lines=skipped
    )
    for record in rows_of(file, found):
        if any(cell.strip() for cell in record.cells):
            if len(record.cells) > MAXIMUM_COLUMNS:
                raise ImportProblem(
                    f"The header has {len(record.cells):,} columns; at most {MAXIMUM_COLUMNS:,} "
                    f"are read."
                )
            return Table(
                encoding=encoding,
                delimiter=best,
                header_row=record.number,
                headers=tuple(record.cells),
                skipped_lines=skipped,
            )
    raise ImportProblem("The file holds no text but blank lines.")


def rows_of(file: BinaryIO, table: Table) -> Iterator[TableRow]:
    """Yield all rows, the header's too, and blank ones as well (a spreadsheet shows them).

    Raises:
        ImportProblem: broken quoting, or a cell beyond what csv takes (131,072 characters). Rows
            yielded before it were right, so a caller that must do nothing in that case reads the
            file through once before.
    """
    lines = lines_of(file, encoding=table.encoding)
    for _ in range(table.skipped_lines):
        next(lines, None)
    # strict: a quote that is never closed would otherwise silently swallow the rest of the file.
    reader = csv.reader(lines, delimiter=table.delimiter, strict=True)
    number, line = 0, 1 + table.skipped_lines
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise ImportProblem(_what_is_broken(str(error), number + 1, line)) from None
        if cells is None:
            return
        number, line = number + 1, reader.line_num + 1 + table.skipped_lines
        yield TableRow(number, cells)


def _declared_delimiter(line: str) -> str | None:
    """Return the delimiter that Excel's own first line declares, such as "sep=;".

    Empty where an editor has trimmed it, None where it is no such line.
    """
    name, equals, mark = line.rstrip("\r\n").strip('"').partition("=")
    if name.lower() != "sep" or not equals or len(mark) > 1:
        return None
    return mark if mark in DELIMITERS else ""


def _score(lines: list[str], delimiter: str, known: set[str]) -> tuple[int, int, int]:
    """Rate how well a delimiter reads the sample.

    By known headers, then rows as wide as the header, then columns.
    """
    records: list[list[str]] = []
    # The sample may end within a quoted cell, and a wrong delimiter may meet a quote anywhere.
    with suppress(csv.Error):
        records.extend(csv.reader(lines, delimiter=delimiter, strict=True))
    header = next((record for record in records if any(cell.strip() for cell in record)), [])
    recognised = sum(1 for cell in header if field_of(cell) or same(cell) in known)
    as_wide = sum(1 for record in records if len(record) == len(header) > 1)
    return recognised, as_wide, len(header)


def _what_is_broken(error: str, record: int, line: int) -> str:
    where = f"Row {record} (it begins at line {line})"
    if "field larger" in error:
        return (
            f"{where}: a cell has more than {csv.field_size_limit():,} characters. A quotation "
            f"mark may be missing that closes it."
        )
    if "unexpected end" in error:
        return f"{where}: a quotation mark opens a cell and is never closed."
    return f"{where}: the quotation marks are broken ({error})."
