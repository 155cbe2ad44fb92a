"""The first reading of a file: every reason to refuse it whole, and the order of its dates."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO, cast

from subscribers.imports.reading.columns import map_columns
from subscribers.imports.reading.custom_columns import custom_headers
from subscribers.imports.reading.dates import OrderEvidence
from subscribers.imports.reading.encoding import ImportProblem, examine
from subscribers.imports.reading.table import read_table, rows_of
from subscribers.imports.report import Reading
from subscribers.imports.rows.unread_columns import UnreadColumns
from subscribers.models import CustomField
from subscribers.states import FieldKind

_TOPICS = 1_000
"""Different names of topics that are remembered, so that memory stays flat."""


@contextmanager
def opened(file: Path | BinaryIO) -> Iterator[tuple[BinaryIO, str]]:
    """Open a file so that it can be read twice, and yield it with its name.

    Raises:
        ImportProblem: it can't be read.
    """
    if not isinstance(file, Path):
        yield file, Path(str(getattr(file, "name", ""))).name
        return
    try:
        stream = file.open("rb")
    except IsADirectoryError:
        raise ImportProblem(f"{str(file)!r} is a folder, not a file.") from None
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from None
    try:
        with stream, tempfile.TemporaryFile() as copy:
            if not stream.seekable():  # a pipe can't be read twice
                copyfileobj(stream, copy)
                copy.seek(0)
            yield (stream if stream.seekable() else cast("BinaryIO", copy)), file.name
    # In the middle of it: a failing disk, a share that was disconnected, no space for the copy.
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: Exception) -> ImportProblem:
    return ImportProblem(
        f"{str(file)!r} can't be read: {getattr(error, 'strerror', None) or error}."
    )


def read_through(stream: BinaryIO, *, encoding: str, mapping: Mapping[str, str] | None) -> Reading:
    """Read the file for the first time.

    Raises:
        ImportProblem: whatever makes the file useless as a whole.
    """
    text = examine(stream, encoding=encoding)
    table = read_table(stream, encoding=text.encoding, mapping=mapping)
    fields = tuple(CustomField.objects.all())
    columns = map_columns(table.headers, mapping=mapping, custom=custom_headers(fields))
    dates = [
        column
        for field in fields
        if field.kind == FieldKind.DATE
        for column in columns.of_field.get(field.key, ())
    ]
    timestamps = columns.of_field.get("timestamp", ())
    # Of their own: a form writes its timestamps in one order, and people their dates in another.
    evidence, evidence_of_dates = OrderEvidence(), OrderEvidence()
    records = 0
    filled = False
    suspicions = UnreadColumns(columns)
    named_topics = columns.of_field.get("topic", ())
    topics = set[str]()
    for record in rows_of(stream, table):
        if record.number <= table.header_row:
            continue
        records += 1
        cells = record.cells
        filled = filled or any(cell.strip() for cell in cells)
        stamp = next(
            (
                cells[column]
                for column in timestamps
                if column < len(cells) and cells[column].strip()
            ),
            "",
        )
        evidence.look_at(stamp)
        for column in dates:
            if column < len(cells):
                evidence_of_dates.look_at(cells[column])
        suspicions.look_at(cells, record.number)
        for column in named_topics:
            if column < len(cells) and (topic := cells[column].strip()) and len(topics) < _TOPICS:
                topics.add(topic)
    if not filled:
        raise ImportProblem("The file has a header and no rows below it.")
    notes = suspicions.settle()
    return Reading(
        text=text,
        table=table,
        columns=columns,
        order=evidence.order(),
        order_of_dates=evidence_of_dates.order(),
        fields=fields,
        records=records,
        topics=frozenset(topics),
        notes=notes,
    )
