"""The outcome of each row of an import, in a file of its own: a million rows fill no memory.

It is a SQLite file beside the uploaded one, for its owner alone, so that pages can show a kind of
rows from any place on, and the report can be read in the order of the file.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from newsletter.core.private_files import open_private

_AT_ONCE = 5_000


class RowOutcome(StrEnum):
    """The outcome of one row, before and after the import."""

    ADDED = "added"
    ASKED = "asked"
    KNOWN = "known"
    REPEATED = "repeated"
    WAITING = "waiting"
    LEFT = "left"
    OPT_OUT = "opt_out"
    STAYED = "stayed"
    NO_CONSENT = "no_consent"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One row and what becomes of it."""

    number: int
    outcome: RowOutcome
    address: str
    """As the file has it, where it is no address; cut where it is long."""
    reason: str


class RowOutcomes:
    """Writes the outcomes of one import. The file takes its name when they are all there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # Another worker may be at the same list.
        self._draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        self._rows: list[tuple[int, str, str, str]] = []
        self._file: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        os.close(open_private(self._draft, os.O_WRONLY))
        self._file = sqlite3.connect(self._draft, isolation_level=None)
        for statement in (
            # A file that was cut short is made anew, so it needs no journal.
            "PRAGMA journal_mode = OFF",
            "PRAGMA synchronous = OFF",
            "CREATE TABLE rows (number INTEGER PRIMARY KEY, outcome TEXT NOT NULL, "
            "address TEXT NOT NULL, reason TEXT NOT NULL)",
            "BEGIN",
        ):
            self._file.execute(statement)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._file is not None  # noqa: S101 - it was entered
        with closing(self._file):
            if kind is None:
                self._write()
                self._file.execute("CREATE INDEX by_outcome ON rows (outcome, number)")
                self._file.execute("COMMIT")
        if kind is None:
            self._draft.replace(self._path)
        else:
            self._draft.unlink(missing_ok=True)

    def add(self, number: int, outcome: RowOutcome, address: str, reason: str = "") -> None:
        """Add one row."""
        self._rows.append((number, outcome.value, address, reason))
        if len(self._rows) >= _AT_ONCE:
            self._write()

    def _write(self) -> None:
        assert self._file is not None  # noqa: S101 - it was entered
        self._file.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?)", self._rows)
        self._rows.clear()


def count_outcomes_in(path: Path) -> dict[str, int]:
    """Return outcome → number of rows."""
    with closing(_reading(path)) as file:
        return dict(file.execute("SELECT outcome, COUNT(*) FROM rows GROUP BY outcome"))


def rows_with(path: Path, outcome: RowOutcome, *, after: int, limit: int) -> list[ListedRow]:
    """Return rows of one outcome, in the order of the file.

    Args:
        after: the number of the row before the first.
        limit: rows at most.
    """
    with closing(_reading(path)) as file:
        found = file.execute(
            "SELECT number, outcome, address, reason FROM rows "
            "WHERE outcome = ? AND number > ? ORDER BY number LIMIT ?",
            (outcome.value, after, limit),
        )
        return [_row(each) for each in found]


def all_rows(path: Path) -> Iterator[ListedRow]:
    """Yield all rows in the order of the file."""
    with closing(_reading(path)) as file:
        for each in file.execute(
            "SELECT number, outcome, address, reason FROM rows ORDER BY number"
        ):
            yield _row(each)


def _row(found: tuple[int, str, str, str]) -> ListedRow:
    number, outcome, address, reason = found
    return ListedRow(number, RowOutcome(outcome), address, reason)


def _reading(path: Path) -> sqlite3.Connection:
    """Open the file to be read. One that isn't there is not made.

    Raises:
        FileNotFoundError: there is none.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
