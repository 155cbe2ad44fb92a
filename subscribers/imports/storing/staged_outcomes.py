"""The outcomes of the staged rows, for the list of all rows."""

from collections import Counter

from django.db import connection

from subscribers.imports.row_outcomes import RowOutcome, RowOutcomes
from subscribers.imports.storing.stage import KEYS, STAGE

_OUTCOMES = f"""
SELECT k.number, r.email, k.is_first, k.first, k.outcome
FROM {STAGE} AS r JOIN {KEYS} AS k ON k.number = r.number
WHERE k.number BETWEEN %(low)s AND %(high)s
"""  # noqa: S608 - names of ours

_COUNT = f"""
SELECT CASE WHEN outcome = '' AND is_first = 0 THEN 'unchanged' ELSE outcome END, COUNT(*)
FROM {KEYS} GROUP BY 1
"""  # noqa: S608 - names of ours

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
        for number, email, is_first, first, judged in cursor.fetchall():
            outcome = _OF_STAGE.get(judged)
            if outcome is not None:
                outcomes.add(number, outcome, email)
            elif is_first:
                outcomes.add(number, RowOutcome.ASKED if asks else RowOutcome.ADDED, email)
            else:
                outcomes.add(
                    number, RowOutcome.REPEATED, email, f"The same address as in row {first}."
                )


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
