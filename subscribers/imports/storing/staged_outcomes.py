"""The outcomes of the staged rows, for the list of all rows."""

from django.db import connection

from subscribers.imports.row_outcomes import RowOutcome, RowOutcomes
from subscribers.imports.storing.stage import KEYS, STAGE

_JOINED = f"""{STAGE} AS r JOIN {KEYS} AS k ON k.number = r.number
  AND r.number BETWEEN %(low)s AND %(high)s AND k.number BETWEEN %(low)s AND %(high)s"""
_OUTCOMES = f"""
SELECT k.number, r.email, 1, k.number, k.outcome, k.outcome FROM {_JOINED} WHERE k.is_first = 1
UNION ALL
SELECT k.number, r.email, 0, first.number, first.outcome, k.outcome
FROM {_JOINED} JOIN {KEYS} AS first ON first.digest = k.digest AND first.is_first = 1
WHERE k.is_first = 0
"""  # noqa: S608 - names of ours

_OF_STAGE = {
    "unchanged": RowOutcome.KNOWN,
    "waiting": RowOutcome.WAITING,
    "opted_out": RowOutcome.LEFT,
}


def add_staged_outcomes(outcomes: RowOutcomes, *, low: int, high: int, asks: bool) -> None:
    """Add the outcomes of staged rows `low` to `high`.

    Args:
        asks: whether those who are added are asked to confirm.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, {"low": low, "high": high})
        for number, email, is_first, first, of_first, own in cursor.fetchall():
            outcome = _OF_STAGE.get(own or of_first)
            if outcome is not None:
                outcomes.add(number, outcome, email)
            elif is_first:
                outcomes.add(number, RowOutcome.ASKED if asks else RowOutcome.ADDED, email)
            else:
                outcomes.add(
                    number, RowOutcome.REPEATED, email, f"The same address as in row {first}."
                )
