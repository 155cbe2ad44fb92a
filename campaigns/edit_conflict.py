"""Old forms are noticed, so that saving one doesn't undo what was saved after it was opened."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model


class EditConflict(ValueError):
    """A form edits what was saved again after it was opened. Nothing has been saved.

    `newer` is the version that is saved now.
    """

    def __init__(self, newer: str) -> None:
        super().__init__("This was saved again after the form was opened.")
        self.newer = newer


def version_of(row: Model, columns: Iterable[str]) -> str:
    """Return the SHA-256, in 64 hex digits, of the columns that one form edits.

    It leaves out the rest of the row, because a change of that is no conflict.
    """
    return version_of_values({name: getattr(row, name) for name in columns})


def version_of_values(values: Mapping[str, Any]) -> str:
    """Return the SHA-256, in 64 hex digits, of what one form edits."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def refuse_conflict(seen: str, *, before: str, after: str) -> None:
    """Refuse a change from `before` to `after` if the form was meant to replace another version.

    Args:
        seen: the version that the form may replace; empty: any.

    Raises:
        EditConflict: to be raised within the transaction of the change, which it ends.
    """
    if seen and seen != before != after:
        raise EditConflict(before)
