"""An uploaded file as one CSV for each table in it: of a CSV file, a workbook or an archive."""

import csv
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from posixpath import basename, splitext
from zipfile import ZipFile

from django.conf import settings

from newsletter.core.private_files import open_private
from subscribers.imports.reading.columns import map_columns
from subscribers.imports.reading.encoding import ImportProblem, examine
from subscribers.imports.reading.file_name import rows_as_of
from subscribers.imports.reading.rows_as import RowsAs
from subscribers.imports.reading.table import read_table
from subscribers.imports.sources.archives import opened_archive
from subscribers.imports.sources.part import LEFT_OUT, Part
from subscribers.imports.sources.shared_strings import SharedStrings, shared_strings
from subscribers.imports.sources.sheet import SheetRows
from subscribers.imports.sources.workbook import (
    Sheet,
    Workbook,
    is_workbook,
    opened_part,
    read_workbook,
)

MOST_PARTS = 100
_ENDINGS = (".csv", ".tsv", ".txt")
_PACKED = {".xlsx": "workbook", ".xlsm": "workbook", ".zip": "ZIP file"}
_LONGEST_HEADERS = 100_000
"""Characters of all headings of one table, which are kept in the database."""
_PROVISIONAL = "iso-8859-1"
"""It reads any bytes, so headings can be shown while nobody has said the encoding."""
_NEW = os.O_WRONLY | os.O_TRUNC
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_ENCRYPTED_WORKBOOK = b"\xd0\xcf\x11\xe0"


def is_packed(start: bytes, *, file_name: str) -> bool:
    """Return whether a file that begins so is a workbook or an archive.

    Args:
        start: its first bytes.
        file_name: as its owner knows it.

    Raises:
        ImportProblem: it is a workbook that can't be opened; or its name says that it is one, and
            its bytes don't. As text it would be read as nonsense.
    """
    if start.startswith((_ZIP, _EMPTY_ZIP)):
        return True
    if start.startswith(_ENCRYPTED_WORKBOOK):
        raise ImportProblem(
            "The file is an old workbook (.xls), or one with a password. Save it as .xlsx or .csv, "
            "without a password."
        )
    ending = splitext(file_name)[1].lower()
    if ending in _PACKED:
        raise ImportProblem(
            f"The file is called {ending}, but it is no {_PACKED[ending]}. Open it in your "
            f"spreadsheet program, and save it as .xlsx or .csv."
        )
    return False


class Unpacked:
    """The tables of a file, and notes about it."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.notes: list[str] = []


def unpack(upload: Path, *, file_name: str, folder: Path, encoding: str = "") -> Unpacked:
    """Write each table of an uploaded file into `folder` as CSV, and read its headings.

    Nothing in the file is executed, no formula is calculated, and nothing is fetched.

    Args:
        upload: the file.
        file_name: as its owner knows it.
        encoding: of its CSV; empty: to be found out.

    Raises:
        ImportProblem: none of it can be imported. A table that can't says so itself.
    """
    with upload.open("rb") as stream:
        start = stream.read(8)
    found = Unpacked()
    if is_packed(start, file_name=file_name):
        with opened_archive(upload) as archive:
            _check_room(archive, folder)
            if is_workbook(archive):
                _unpack_workbook(archive, found, folder=folder)
            else:
                _unpack_files(archive, found, folder=folder)
    else:
        name = "part-0.csv"
        _link(upload, folder / name)
        found.parts.append(Part(file_name, name))
    for part in found.parts:
        read_headings(part, folder=folder, encoding=encoding)
    _say_what_rows_are(found)
    return found


def _unpack_workbook(archive: ZipFile, found: Unpacked, *, folder: Path) -> None:
    book = read_workbook(archive)
    if book.has_macros:
        found.notes.append("The workbook has macros. They are not run, and not kept.")
    texts = opened_part(archive, book.texts) if book.texts else None
    with shared_strings(texts, folder=folder) as strings:
        for sheet in book.sheets:
            _write_sheet(archive, book, strings, sheet, found=found, folder=folder)
    if not found.parts:
        raise ImportProblem("The workbook has no cells with text.")


def _write_sheet(
    archive: ZipFile,
    book: Workbook,
    strings: SharedStrings,
    sheet: Sheet,
    *,
    found: Unpacked,
    folder: Path,
) -> None:
    rows = SheetRows(book, strings)
    path = folder / f"part-{len(found.parts)}.csv"
    with opened_part(archive, sheet.part) as stream:
        filled = _write_rows(path, rows.read(stream))
    if not filled:
        path.unlink()
        return
    part = Part(sheet.name, path.name, is_ours=True)
    if sheet.is_hidden:
        part.rows_as = LEFT_OUT
        found.notes.append(f"The sheet “{sheet.name}” is hidden in the workbook. It is left out.")
    if rows.hidden_rows:
        found.notes.append(
            f"The sheet “{sheet.name}” has {rows.hidden_rows:,} hidden rows, as a filter makes "
            f"them. They are read like the others."
        )
    found.parts.append(part)


def _write_rows(path: Path, rows: Iterator[list[str]]) -> bool:
    """Write rows as CSV, blank ones too, so that each keeps its number.

    Returns:
        Whether any of them has a cell with text.
    """
    filled = False
    descriptor = open_private(path, _NEW)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for cells in rows:
            filled = filled or any(cells)
            writer.writerow(cells)
    return filled


def _unpack_files(archive: ZipFile, found: Unpacked, *, folder: Path) -> None:
    names = archive.namelist()
    if "mimetype" in names and archive.read("mimetype")[:40].startswith(
        b"application/vnd.oasis.opendocument"
    ):
        raise ImportProblem("The file is an OpenDocument file (.ods). Save it as .xlsx or .csv.")
    chosen = [
        entry
        for entry in archive.infolist()
        if not entry.is_dir()
        and entry.filename.lower().endswith(_ENDINGS)
        and not entry.filename.startswith("__MACOSX/")
        and not basename(entry.filename).startswith(".")
        and entry.file_size
    ]
    if not chosen:
        raise ImportProblem("The archive holds no CSV file.")
    if len(chosen) > MOST_PARTS:
        raise ImportProblem(
            f"The archive holds {len(chosen)} CSV files; at most {MOST_PARTS} are read. Upload the "
            f"ones with your list."
        )
    for number, entry in enumerate(chosen):
        path = folder / f"part-{number}.csv"
        descriptor = open_private(path, _NEW)
        with archive.open(entry) as packed, os.fdopen(descriptor, "wb") as file:
            shutil.copyfileobj(packed, file, 1 << 20)
        found.parts.append(Part(_shown(entry.filename), path.name))


def _shown(name: str) -> str:
    """Return the name of a file in an archive, as far as it is text."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[-200:]


def _link(upload: Path, path: Path) -> None:
    """Give the file another name, under which it stays when the upload goes."""
    path.unlink(missing_ok=True)
    os.link(upload, path)


def _check_room(archive: ZipFile, folder: Path) -> None:
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if shutil.disk_usage(folder).free < unpacked + settings.LEAST_FREE_BYTES:
        raise ImportProblem("There is not enough space on the server to unpack the file.")


def read_headings(part: Part, *, folder: Path, encoding: str) -> None:
    """Read the headings of a table, or note why they can't be read.

    Args:
        encoding: chosen by staff; empty: to be found out.
    """
    part.problem, part.headers = "", []
    with (folder / part.file).open("rb") as stream:
        try:
            text = examine(stream, encoding=part.encoding(encoding))
            headers = read_table(stream, encoding=text.encoding).headers
        except ImportProblem as problem:
            part.problem = problem.on_page
            if not problem.is_about_encoding:
                return
            try:
                headers = read_table(stream, encoding=_PROVISIONAL).headers
            except ImportProblem:
                return
    if sum(map(len, headers)) > _LONGEST_HEADERS:
        part.problem = "Its headings are too long to be headings of a list."
        return
    part.headers = [header.replace("\0", "") for header in headers]


def _say_what_rows_are(found: Unpacked) -> None:
    """Guess what the rows of each part are: by its name, or else by its having addresses."""
    for part in found.parts:
        if part.rows_as == LEFT_OUT:
            continue
        by_name = rows_as_of(part.name)
        if by_name is not None:
            part.rows_as = by_name.value
        elif len(found.parts) > 1 and not _has_addresses(part):
            part.rows_as = LEFT_OUT
    if len(found.parts) == 1 and not found.parts[0].is_imported:
        found.parts[0].rows_as = RowsAs.SUBSCRIBERS.value


def _has_addresses(part: Part) -> bool:
    try:
        map_columns(part.headers)
    except ImportProblem:
        return False
    return True
