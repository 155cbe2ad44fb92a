"""An operator's file as one list, by the reader that uploaded files go through."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO

from subscribers.imports.read_through import opened
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.reading.file_name import suspicious_name
from subscribers.imports.reading.rows_as import RowsAs
from subscribers.imports.sources.as_list import as_list
from subscribers.imports.sources.combine import TablePlace
from subscribers.imports.sources.part import LEFT_OUT, Part
from subscribers.imports.sources.unpack import is_packed, unpack
from subscribers.imports.uploads.folder import UPLOAD, folder_named, forget_files, new_folder


@dataclass(frozen=True, slots=True)
class FileList:
    """One list, as `import_subscribers` takes it."""

    file: Path | BinaryIO
    name: str
    encoding: str
    rows_as: RowsAs | None
    mapping: Mapping[str, str] = field(default_factory=dict)
    """The columns that are ours."""
    places: Sequence[TablePlace] = ()
    """Where the rows of each table stand; empty where there is one."""
    notes: Sequence[str] = ()
    """Notes about the file, and which of its tables are read as what."""


@contextmanager
def file_as_list(
    file: Path,
    *,
    encoding: str = "",
    rows_as: RowsAs | None = None,
    only: Sequence[str] = (),
) -> Iterator[FileList]:
    """Open a CSV file, a workbook or an archive as one list.

    What had to be unpacked is deleted when this ends.

    Args:
        file: a path; it may lead to a pipe.
        encoding: of CSV; empty: to be found out.
        rows_as: the operator's word on all rows.
        only: names of the sheets of a workbook, or of the files of an archive, to be read. Empty:
            those that have addresses and aren't hidden.

    Raises:
        ImportProblem: it can't be read, or the operator has to say which of its tables is meant.
    """
    with opened(file) as (stream, name):
        start = stream.read(8)
        stream.seek(0)
        if not is_packed(start, file_name=name):
            if only:
                raise ImportProblem("--only is for workbooks and archives.")
            yield FileList(stream, name, encoding, rows_as)
            return
        folder = new_folder()
        try:
            upload = folder / UPLOAD
            with upload.open("wb") as copy:
                copyfileobj(stream, copy, 1 << 20)
            found = unpack(upload, file_name=name, folder=folder, encoding=encoding)
            upload.unlink()
            parts = _chosen(found.parts, only=only, rows_as=rows_as)
            notes = [*found.notes, *_what_is_read(found.parts, parts)]
            source = as_list(parts, folder=folder_named(folder.name), encoding=encoding)
            yield FileList(
                source.path,
                name,
                source.encoding,
                rows_as if len(parts) == 1 else source.rows_as,
                source.mapping,
                source.places,
                notes,
            )
        finally:
            forget_files(folder.name)


def _chosen(
    parts: Sequence[Part], *, only: Sequence[str], rows_as: RowsAs | None
) -> Sequence[Part]:
    names = [part.name for part in parts]
    if unknown := [name for name in only if name not in names]:
        raise ImportProblem(f"There is no {unknown[0]!r} in the file. It has: {_listed(names)}.")
    for part in parts:
        if only and part.name not in only:
            part.rows_as = LEFT_OUT
        elif only and part.rows_as == LEFT_OUT:
            part.rows_as = RowsAs.SUBSCRIBERS.value
    chosen = [part for part in parts if part.is_imported]
    if not chosen:
        raise ImportProblem(
            f"None of its tables has addresses under a heading that we know. It has: "
            f"{_listed(names)}.",
            "Name one by --only, and its columns by --map.",
        )
    if len(chosen) > 1 and rows_as is not None:
        raise ImportProblem(
            f"--as speaks of one table, and this file has {len(chosen)}: "
            f"{_listed([part.name for part in chosen])}. Name one by --only."
        )
    if len(chosen) == 1 and rows_as is None and (doubt := suspicious_name(chosen[0].name)):
        raise ImportProblem(doubt)
    return chosen


def _what_is_read(parts: Sequence[Part], chosen: Sequence[Part]) -> list[str]:
    if len(parts) == 1:
        return []
    left_out = [part.name for part in parts if not part.is_imported]
    return [
        *(f"{part.name!r} is read as {part.rows_as.replace('-', ' ')}." for part in chosen),
        *([f"Left out: {_listed(left_out)}."] if left_out else []),
    ]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
