"""Mail that was accepted, read from a mail server's log or a provider's export.

Each message has the reference that we signed in its Message-ID, its return path or its metadata, so
a server that writes it in a line has had the message. A line that speaks of a refusal proves
nothing, and one without a reference of ours isn't understood.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from newsletter.core.tokens import Purpose, read_token

_TOKEN = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])")
_REFUSAL = re.compile(r"NOQUEUE|reject|refus|not accepted|\b5[0-9]{2}[ -]5\.", re.IGNORECASE)
_POSTFIX = re.compile(
    r"postfix[^ ]*/(?P<program>[\w-]+)\[\d+\]: (?P<queue_id>[0-9A-F]{6,}|[0-9A-Za-z]{10,}): "
    r"(?P<said>.*)"
)
"""Of Postfix: its queue id ties the line with the Message-ID (cleanup) to those that say what
became (qmgr, smtp, lmtp, local)."""
_IN_THE_QUEUE = re.compile(r"\(queue active\)|\bstatus=\w+")
_LONGEST = 100_000
"""Characters of a line that are looked at."""


@dataclass(slots=True)
class AcceptedMail:
    """The messages that were found.

    Args:
        deliveries, messages: ids of accepted emails.
        understood: lines that say so, or belong to a message of ours.
        others: lines without a reference of ours, or about a refusal.
    """

    deliveries: set[int] = field(default_factory=set)
    messages: set[int] = field(default_factory=set)
    understood: int = 0
    others: int = 0


@dataclass(slots=True)
class _Queued:
    """A message in Postfix's queue."""

    references: set[str] = field(default_factory=set)
    lines: int = 0
    is_accepted: bool = False


def read_accepted_mail(lines: Iterable[str]) -> AcceptedMail:
    """Read the lines of a log or export.

    It may be Postfix's log, JSON or CSV of a provider, or the log of another server that names
    Message-IDs.
    """
    found = AcceptedMail()
    queue = dict[str, _Queued]()
    for whole in lines:
        line = whole[:_LONGEST]
        if not line.strip():
            continue
        references = _ours(line)
        if match := _POSTFIX.search(line):
            _follow(queue.setdefault(match["queue_id"], _Queued()), match["said"], references)
        elif references and not _REFUSAL.search(line):
            _note(found, references, lines=1)
        else:
            found.others += 1
    for queued in queue.values():
        if queued.references and queued.is_accepted:
            _note(found, queued.references, lines=queued.lines)
        else:
            found.others += queued.lines
    return found


def _follow(queued: _Queued, said: str, references: set[str]) -> None:
    queued.references |= references
    queued.lines += 1
    queued.is_accepted |= bool(_IN_THE_QUEUE.search(said))


def _ours(line: str) -> set[str]:
    return {
        token
        for token in _TOKEN.findall(line)
        if _id_of(token, Purpose.DELIVERY) or _id_of(token, Purpose.MESSAGE)
    }


def _id_of(token: str, purpose: Purpose) -> int | None:
    read = read_token(token, purpose)
    return read.subject if read else None


def _note(found: AcceptedMail, references: set[str], *, lines: int) -> None:
    found.understood += lines
    for token in references:
        if delivery := _id_of(token, Purpose.DELIVERY):
            found.deliveries.add(delivery)
        elif message := _id_of(token, Purpose.MESSAGE):
            found.messages.add(message)
