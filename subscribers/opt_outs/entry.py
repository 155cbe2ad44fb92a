"""One opt-out, or one like wish, as a line of the journal: digest, kind, reason and time."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EntryKind(StrEnum):
    """The kind of an entry."""

    TOPIC = "topic"
    """One topic: `which` is its technical name, `why` a ConsentMethod."""
    MAIL = "mail"
    """Campaigns or all mail: `which` is a SuppressionReason, which says how far it goes."""
    PAUSE = "pause"
    """Campaigns, for a while: `which` says until when, or OVER."""
    DISCREET = "discreet"
    """Discreet mode: `which` is ON or OVER."""
    GAP = "gap"
    """The journal could not be written for a while: `which` says how many opt-outs are missing,
    `at` since when."""


OVER = "over"
"""Of a pause, or of discreet mode: the person has ended it."""
ON = "on"
"""Of discreet mode: the person has switched it on."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal.

    Args:
        digest: the keyed digest of the address; "-" of a gap.
        which, why: as `EntryKind` says; neither holds blanks.
    """

    what: EntryKind
    at: datetime
    digest: str
    which: str
    why: str = "-"


class UnreadableEntry(ValueError):
    """A line that is not of this journal, or that a crash has torn."""


def format_entry(entry: Entry) -> str:
    """Return the line of an entry, without its end."""
    text = f"{entry.what} {entry.at.isoformat()} {entry.digest} {entry.which} {entry.why or '-'}"
    return f"{text} {_checksum(text)}"


def read_entry(line: str) -> Entry:
    """Read one line.

    Raises:
        UnreadableEntry: it is torn, or no line of a journal.
    """
    text, _, checksum = line.strip().rpartition(" ")
    if not text or checksum != _checksum(text):
        raise UnreadableEntry
    try:
        what, at, digest, which, why = text.split(" ")
        return Entry(EntryKind(what), datetime.fromisoformat(at), digest, which, why)
    except ValueError as error:
        raise UnreadableEntry from error


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"
