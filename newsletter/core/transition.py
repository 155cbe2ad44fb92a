"""State changes: one guarded UPDATE that names the states it accepts and says whether this caller made the move."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, QuerySet

type Transitions = Mapping[str, frozenset[str]]
"""A table of moves: the state that is entered → the states that may be left for it."""


class UnknownState(ValueError):
    """A state that no move of the table enters: a mistake of the caller's, never of the data's."""


def transition[M: Model](
    rows: QuerySet[M], transitions: Transitions, to: str, **changes: Any
) -> int:
    """Move those of `rows` to state `to` that are in a state which may be left for it, and set `changes` with it.

    One UPDATE decides, so of two callers that want the same move one makes it and the other is told
    0. On PostgreSQL a row that is locked by another transaction is looked at again after that one
    has ended.

    Args:
        rows: a queryset of a model whose state stands in the column `status`.
        transitions: the table of transitions of that model.
        to: the state to enter.
        changes: further columns to set, by name.

    Returns:
        How many rows this caller moved. 0 is an ordinary answer: someone was faster, or the move no
            longer applies.

    Raises:
        UnknownState: no move of the table enters `to`.
    """
    if to not in transitions:
        raise UnknownState(f"{to!r} is entered by no move; known: {', '.join(sorted(transitions))}")
    return rows.filter(status__in=sorted(transitions[to])).update(status=to, **changes)
