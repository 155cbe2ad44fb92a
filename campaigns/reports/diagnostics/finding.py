"""Findings: the results of the checks."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum

OVERDUE = timedelta(minutes=2)
"""The time after which work that is due counts as neglected; the clock looks every few seconds."""
NAMED = 20
"""The number of campaigns of one kind that are named, the newest first; the rest is counted."""


class Level(StrEnum):
    FINE = "fine"
    LOOK = "look"
    """It works, but somebody should know."""
    MEND = "mend"
    """It doesn't work, or will do harm."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check, in plain words.

    It never holds a password, a key, or a subscriber's address. The words stay the same as long as
    the state does, so that comparing two runs shows what has changed.
    """

    check: str
    level: Level
    message: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


type Found = Iterator[tuple[Level, str]]
