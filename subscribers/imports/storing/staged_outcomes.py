"""The outcomes of the staged rows, for the list of all rows."""

from django.db import connection

from subscribers.imports.row_outcomes import RowOutcome, RowOutcomes
from subscribers.imports.storing.stage import STAGE

_OUTCOMES = f"""
SELECT r.number, r.email, r.is_first, first.number, first.outcome, r.outcome
FROM {STAGE} AS r JOIN {STAGE} AS first ON first.digest = r.digest AND first.is_first = 1
WHERE r.number BETWEEN %s AND %s ORDER BY r.number
"""  # noqa: S608 - a name of ours

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
        cursor.execute(_OUTCOMES, [low, high])
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
