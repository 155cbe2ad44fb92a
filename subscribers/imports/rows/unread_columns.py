"""Signs that a file holds people who have left, in columns that are not read."""

from subscribers.imports.reading.columns import Columns, on_one_line
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.reading.headers import is_harmless
from subscribers.imports.reading.notes import Note
from subscribers.imports.reading.status_words import UNMISTAKABLE, Meaning, meaning_of, plain

_MOST_VALUES = 2_000
"""Different values of one column that are looked at. A column with more is no list of states."""
_LONGEST = 60
"""Characters of a cell that are looked at, and kept while the file is read."""
_YES_OR_NO = frozenset({Meaning.YES, Meaning.NO, Meaning.EMPTY})
_NO_STATE = frozenset({Meaning.YES, Meaning.NO, Meaning.UNKNOWN})
_FEW = 20
"""Different values of a column of states, at most."""


class UnreadColumns:
    """The values of the columns that are not read, gathered row by row."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._watched = [
            (column, set[str]())
            for column in columns.unread
            if not is_harmless(columns.headers[column])
        ]
        self._unclear = set(columns.unclear)
        self._rows: dict[int, int] = {}
        """Column → the first row in which it matters."""

    def look_at(self, cells: list[str], number: int) -> None:
        """Take one row into account."""
        width = len(cells)
        for column, seen in self._watched:
            if (
                column < width
                and (cell := cells[column][:_LONGEST]) not in seen
                and len(seen) < _MOST_VALUES
            ):
                seen.add(cell)
                if column not in self._rows and (
                    (column in self._unclear and cell.strip()) or plain(cell) in UNMISTAKABLE
                ):
                    self._rows[column] = number

    def settle(self) -> tuple[str, ...]:
        """Return notes that somebody should look at before they trust the result.

        Raises:
            ImportProblem: a column may say who must not be written to, and somebody has to say what
                it means.
        """
        for column, seen in self._watched:
            if column not in self._rows and not _is_of_states(seen):
                continue
            header = on_one_line(self._columns.headers[column])
            where = f" (see row {self._rows[column]})" if column in self._rows else ""
            raise ImportProblem(
                f"The column {header!r} may say who must not get email{where}.",
                f"Say what it holds: "
                f'--map "{header}=opted_out" if yes means that they unsubscribed, '
                f'--map "{header}=consent" if yes means that they agreed, '
                f'--map "{header}=status" if it holds words such as "unsubscribed", '
                f'or --map "{header}=ignore".',
                on_page="Choose what it holds.",
                header=self._columns.headers[column],
            )
        return tuple(
            self._note(column) for column, seen in self._watched if _is_of_yes_and_no(seen)
        )

    def _note(self, column: int) -> Note:
        header = on_one_line(self._columns.headers[column])
        what = f"The column {header!r} has yes and no answers and was skipped."
        return Note(
            f'{what} If it asks for consent to get email, add --map "{header}=consent".',
            on_page=f"{what} If it asks for consent to get email, choose “Answer about consent” "
            f"for it.",
        )


def _is_of_states(seen: set[str]) -> bool:
    """Return whether a column holds states of subscribers alone, some of them bad.

    Such as "active", "cancelled".
    """
    meanings = {meaning_of(cell) for cell in seen} if len(seen) <= _FEW else {Meaning.UNKNOWN}
    return meanings.isdisjoint(_NO_STATE) and not meanings <= {Meaning.EMPTY, Meaning.ACTIVE}


def _is_of_yes_and_no(seen: set[str]) -> bool:
    meanings = {meaning_of(cell) for cell in seen} if len(seen) <= _FEW else {Meaning.UNKNOWN}
    return meanings <= _YES_OR_NO and Meaning.NO in meanings
