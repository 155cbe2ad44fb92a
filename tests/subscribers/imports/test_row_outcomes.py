"""The outcome of each row is kept in a file, and read from any place on."""

from pathlib import Path

import pytest

from subscribers.imports.row_outcomes import (
    RowOutcome,
    RowOutcomes,
    all_rows,
    count_outcomes_in,
    rows_with,
)


def written(path: Path) -> Path:
    with RowOutcomes(path) as outcomes:
        for number in range(12_000, 1, -1):  # not in the order of the file
            kind = RowOutcome.ADDED if number % 3 else RowOutcome.REFUSED
            outcomes.add(number, kind, f"{number}@example.org", "a reason")
    return path


def test_rows_are_counted_and_listed_by_outcome(tmp_path: Path) -> None:
    path = written(tmp_path / "rows")
    assert count_outcomes_in(path) == {"added": 7_999, "refused": 4_000}
    first = rows_with(path, RowOutcome.REFUSED, after=0, limit=2)
    assert [row.number for row in first] == [3, 6]
    assert [row.number for row in rows_with(path, RowOutcome.REFUSED, after=6, limit=2)] == [9, 12]
    assert rows_with(path, RowOutcome.OPT_OUT, after=0, limit=2) == []


def test_all_rows_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    assert [row.number for row in all_rows(written(tmp_path / "rows"))] == list(range(2, 12_001))


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    assert written(tmp_path / "rows").stat().st_mode & 0o077 == 0


def test_an_import_that_fails_leaves_no_outcomes(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    outcomes = RowOutcomes(path)
    outcomes.__enter__()
    outcomes.add(2, RowOutcome.ADDED, "a@example.org")
    outcomes.__exit__(RuntimeError, RuntimeError(), None)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_gone_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        count_outcomes_in(tmp_path / "gone")
    assert list(tmp_path.iterdir()) == []
