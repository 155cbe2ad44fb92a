"""The outcomes of the staged rows, for the list of all rows."""

from collections import Counter

from django.db import connection

from subscribers.imports.reading.dates import DateGiven
from subscribers.imports.row_outcomes import RowOutcome, RowOutcomes
from subscribers.imports.storing.stage import KEYS, STAGE

_OUTCOMES = f"""
SELECT k.number, r.email, k.is_first, k.first, k.outcome, r.date_given
FROM {STAGE} AS r JOIN {KEYS} AS k ON k.number = r.number
WHERE k.number BETWEEN %(low)s AND %(high)s
"""  # noqa: S608 - names of ours

_COUNT = f"""
SELECT CASE WHEN outcome = '' AND is_first = 0 THEN 'unchanged' ELSE outcome END, COUNT(*)
FROM {KEYS} GROUP BY 1
"""  # noqa: S608 - names of ours

_UNDATED = f"""
SELECT COUNT(*) FROM {STAGE} AS r JOIN {KEYS} AS k ON k.number = r.number
WHERE k.outcome = '' AND k.is_first = 1 AND r.date_given = '{DateGiven.NONE}'
"""  # noqa: S608 - names of ours

UNDATED_ROWS = {
    DateGiven.NONE.value: "The row has no date of consent.",
    DateGiven.TEXT.value: "The date of consent can’t be read. It is kept as text.",
}
"""What is said of a row whose person is added."""

_OF_STAGE = {
    "unchanged": RowOutcome.KNOWN,
    "waiting": RowOutcome.WAITING,
    "opted_out": RowOutcome.LEFT,
}


def add_staged_outcomes(outcomes: RowOutcomes, *, low: int, high: int, asks: bool) -> None:
    """Add the outcomes of staged rows `low` to `high`, of which `note_firsts` is done.

    Args:
        asks: whether those who are added are asked to confirm.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, {"low": low, "high": high})
        for number, email, is_first, first, judged, date_given in cursor.fetchall():
            outcome = _OF_STAGE.get(judged)
            if outcome is not None:
                outcomes.add(number, outcome, email)
            elif is_first:
                added = RowOutcome.ASKED if asks else RowOutcome.ADDED
                outcomes.add(number, added, email, UNDATED_ROWS.get(date_given, ""))
            else:
                outcomes.add(
                    number, RowOutcome.REPEATED, email, f"The same address as in row {first}."
                )


def count_undated() -> int:
    """Return how many of those who are added agreed at a time that their row doesn't give."""
    with connection.cursor() as cursor:
        cursor.execute(_UNDATED)
        [number] = cursor.fetchone() or (0,)
        return int(number)


def count_outcomes() -> Counter[str]:
    """Count rows by outcome: "" (added), unchanged, waiting (for the person's answer), opted_out.

    A repeated row is never added a second time.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        total = Counter[str]()
        for outcome, rows in cursor.fetchall():
            total[outcome] += rows
        return total
