"""A finding: what one look at a part of the installation found."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum

OVERDUE = timedelta(minutes=2)
"""The clock looks every few seconds. What has been due for so long, nobody has looked at."""
NAMED = 20
"""Campaigns of one kind that are named, the newest first; of more, how many."""


class Level(StrEnum):
    FINE = "fine"
    LOOK = "look"
    """Works, but somebody should know."""
    MEND = "mend"
    """Something doesn't work, or will do harm."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, in plain words. Never a password, a key, or a subscriber's address.

    The words stay the same as long as the state does, so that whoever compares two looks sees what
    changed.
    """

    check: str
    level: Level
    message: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


type Found = Iterator[tuple[Level, str]]
