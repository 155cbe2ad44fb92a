"""The imported tables of a file as the one list that an import reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.reading.rows_as import RowsAs
from subscribers.imports.sources.combine import STATUS_HEADER, TablePlace, combine
from subscribers.imports.sources.part import Part

LIST = "list.csv"
"""The file that is made of several tables."""


@dataclass(frozen=True, slots=True)
class SourceList:
    """One CSV file, and what is known of it beside what staff say."""

    path: Path
    encoding: str
    """As the engine takes it; empty: to be found out."""
    rows_as: RowsAs
    """What all of its rows are. Of several tables, a column says it row by row."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """The columns that are ours."""
    places: Sequence[TablePlace] = ()
    """Where the rows of each table stand; empty where there is one."""


def as_list(parts: Sequence[Part], *, folder: Path, encoding: str) -> SourceList:
    """Return the list that some tables make.

    Args:
        parts: those that are imported; at least one.
        folder: in which their files lie, and in which that of several is made.
        encoding: chosen by a person for files that aren't ours; empty: to be found out.

    Raises:
        ImportProblem: one of them can't be imported.
    """
    for part in parts:
        if part.problem:
            raise ImportProblem(f"{part.name}: {part.problem}", is_about_encoding=True)
    if len(parts) == 1:
        [part] = parts
        return SourceList(folder / part.file, part.encoding(encoding), RowsAs(part.rows_as))
    target = folder / LIST
    places = combine(parts, folder=folder, encoding=encoding, target=target)
    return SourceList(target, "utf-8", RowsAs.SUBSCRIBERS, {STATUS_HEADER: "status"}, places)
