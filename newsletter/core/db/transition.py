"""State changes: one guarded UPDATE that names the states it accepts."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, QuerySet

type Transitions = Mapping[str, frozenset[str]]
"""A table of transitions: the state that is entered → the states that may be left for it."""


class UnknownState(ValueError):
    """A state that no transition of the table enters. The caller is wrong, never the data."""


def transition[M: Model](
    rows: QuerySet[M], transitions: Transitions, to: str, **changes: Any
) -> int:
    """Change the state of those of `rows` that may enter `to`, and set `changes` with it.

    One UPDATE decides, so of two callers that want the same transition one makes it and the other
    gets 0. On PostgreSQL a row that is locked by another transaction is looked at again after that
    one has ended.

    Args:
        rows: a queryset of a model whose state stands in the column `status`.
        transitions: the table of transitions of that model.
        to: the state to enter.
        changes: further columns to set, by name.

    Returns:
        How many rows this caller changed. 0 is an ordinary answer: someone was faster, or the
            transition no longer applies.

    Raises:
        UnknownState: no transition of the table enters `to`.
    """
    if to not in transitions:
        raise UnknownState(
            f"{to!r} is entered by no transition; known: {', '.join(sorted(transitions))}"
        )
    return rows.filter(status__in=sorted(transitions[to])).update(status=to, **changes)
