"""Findings: the results of the checks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

OVERDUE = timedelta(minutes=2)
"""The time after which work that is due counts as neglected; the clock looks every few seconds."""
NAMED = 20
"""The number of campaigns of one kind that are named, the newest first; the rest is counted."""
ON_HOST = " on "
"""Between check and host, in the key of a finding."""
RESTART = "systemctl restart 'convene@*'"


class Level(StrEnum):
    FINE = "fine"
    LOOK = "look"
    """It works, but somebody should know."""
    MEND = "mend"
    """It doesn't work, or will do harm."""


class Said(NamedTuple):
    """One thing that a check says.

    Attributes:
        message: in our own words.
        about: tells it apart from other findings of the same check, and stays the same as long as
            the fault does; "" where the check has one finding at most.
        since: when it began, where that is known.
        quote: the words of a mail server or a person, which may name somebody.
        is_known: False: the check could not look, so nothing follows from what it doesn't say.
    """

    level: Level
    message: str
    about: str = ""
    since: datetime | None = None
    quote: str = ""
    is_known: bool = True


type Found = Iterator[Said | tuple[Level, str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check, in plain words.

    It never holds a password, a key, or a subscriber's address. The key stays the same as long as
    the fault does; the words may hold a moment or a number.

    Attributes:
        host: that which was looked at, for what may differ from host to host.
    """

    check: str
    level: Level
    words: str
    about: str = ""
    since: datetime | None = None
    quote: str = ""
    is_known: bool = True
    host: str = ""

    @property
    def message(self) -> str:
        """Return all of it; `words` leaves out what somebody else said."""
        return f"{self.words} {self.quote}" if self.quote else self.words

    @property
    def key(self) -> str:
        """Return what the same fault has at each look."""
        check = f"{self.check}{ON_HOST}{self.host}" if self.host else self.check
        return f"{check}: {self.about}" if self.about else check

    def as_dict(self) -> dict[str, str | None]:
        """Return it as JSON has it."""
        return {
            "check": self.check,
            "level": self.level.value,
            "message": self.message,
            "about": self.about,
            "since": self.since.isoformat() if self.since else None,
        }


def moment(when: datetime) -> str:
    """Write a moment as findings do."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
