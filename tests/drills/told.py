"""Whether each change of the event was told to whom it concerns, once, and to nobody else.

Those are who hold its entry, and who answered that they come or may.

The emails that bring the event into calendars, and those that tell of its changes, are compared
with the provider's records.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from tests.drills.provider_account import Entry, Sums

type Row = Mapping[str, Any]

CHANGES = ("update", "cancellation")
CARRYING = ("publish", "request")
"""Calendar methods of emails that bring the event into calendars."""
MAY_COME = ("yes", "maybe", "delegate")
REACHED = ("accepted", "delivered", "uncertain")
LEFT = ("unsubscribed", "suppressed", "erased", "cancelled")
"""Reasons for which somebody may hear nothing of a change: they left, or staff stopped it."""
SINGLE = "rsvp_event_changed"
"""The kind of the single message by which those hear of a change whom no campaign tells."""


def faults_of_changes(report: Mapping[str, Any], account: Sums) -> Iterator[str]:
    """Find who was told of a change twice, wrongly, not at all, or in the wrong order."""
    by_person: dict[int, list[Row]] = defaultdict(list)
    for row in report["deliveries"]:
        if row["subscriber_id"] is not None:
            by_person[row["subscriber_id"]].append(row)
    changes = {(kind, sequence) for kind, sequence in report["changes"]}
    last: int = report["sequence"]
    followers = set(report["followers"])
    answers = {row["subscriber_id"]: row for row in report["answers"]}
    singles = [row["to"] for row in report["messages"] if row["kind"] == SINGLE]
    for person, rows in by_person.items():
        told, answer = _told(rows, account), answers.get(person)
        own = singles.count(rows[0]["subscriber__email"])
        yield from (
            f"subscriber {person} was told of the {kind} {sequence} by the deliveries {ids}"
            for (kind, sequence), ids in told.items()
            if len(ids) > 1
        )
        yield from _of_holder(person, rows, may_come=bool(answer and answer["answer"] in MAY_COME))
        if person in followers:
            numbers = {*(number for _, number in changes), last}
            yield from _of_left_out(person, rows, numbers, singles=own)
        yield from _of_order(person, rows, account)
        if answer:
            yield from _of_reminders(person, rows, account, _seconds(answer["answered_at"]))
        if not own and answer and person in report["reachable"]:
            yield from _of_last_change(person, rows, answer, report["last_change"])
        if len(told) + own > len(changes):
            yield f"subscriber {person} was told {len(told) + own} times of {len(changes)} changes"


def number_told(rows: Iterable[Row], account: Sums) -> int:
    """Return how many emails that tell of changes the provider has taken."""
    return sum(len(account.taken.get(row["ref"], ())) for row in filter(_tells, rows))


def _told(rows: Iterable[Row], account: Sums) -> dict[tuple[str, int], list[int]]:
    """Return change → the deliveries by which somebody was told of it, one for each copy."""
    told: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row in filter(_tells, rows):
        for _ in account.taken.get(row["ref"], ()):
            told[row["campaign__kind"], row["campaign__calendar_sequence"]].append(row["id"])
    return told


def _of_holder(person: int, rows: list[Row], *, may_come: bool) -> Iterator[str]:
    """Check that a change concerns whoever hears of it, and that no holder is skipped."""
    entries = [row for row in rows if _carries(row) and not _tells(row)]
    holds = any(row["status"] in REACHED for row in entries)
    held = holds or any(row["status"] == "bounced" for row in entries)
    for row in filter(_tells, rows):
        change = f"the {row['campaign__kind']} {row['campaign__calendar_sequence']}"
        in_doubt = any(_was_in_doubt(entry, row["campaign__launched_at"]) for entry in entries)
        if row["status"] in REACHED and not (held or may_come or in_doubt):
            yield f"subscriber {person} has no entry, and got {change}: delivery {row['id']}"
        if row["status"] == "skipped" and row["reason"] not in LEFT and holds:
            yield f"subscriber {person} holds the entry, and {change} left them: {row['reason']}"


def _of_left_out(person: int, rows: list[Row], changes: set[int], *, singles: int) -> Iterator[str]:
    """Check that a follower who holds the entry is among those who hear of each later change.

    Args:
        singles: how many changes they heard of by single messages.
    """
    held = [row for row in rows if _carries(row) and row["status"] in REACHED]
    first = min((row["campaign__calendar_sequence"] for row in held), default=None)
    heard = {row["campaign__calendar_sequence"] for row in filter(_tells, rows)}
    missing = {number for number in changes if first is not None and number > first} - heard
    if len(missing) > singles:
        yield f"subscriber {person} holds the entry {first}, and hears nothing of {sorted(missing)}"


def _of_last_change(person: int, rows: list[Row], answer: Row, change: Row | None) -> Iterator[str]:
    """Check that whoever had said that they come or may is told of the last change."""
    if (
        change is None
        or change["status"] != "sent"
        or answer["answer"] not in MAY_COME
        or _seconds(answer["answered_at"]) > _seconds(change["launched_at"])
    ):
        return
    number = change["calendar_sequence"]
    own = [row for row in rows if _tells(row) and row["campaign__calendar_sequence"] == number]
    if all(row["status"] == "skipped" for row in own):
        yield f"subscriber {person} had said {answer['answer']}, and hears nothing of {number}"


def _of_order(person: int, rows: list[Row], account: Sums) -> Iterator[str]:
    """Check that the entry keeps its UID, that its SEQUENCE only grows, and is in each update."""
    got: list[Entry] = []
    for row in rows:
        own = account.entries.get(row["ref"], ())
        got += own
        if (
            row["campaign__calendar_method"]
            and account.taken.get(row["ref"])
            and {each.sequence for each in own} != {row["campaign__calendar_sequence"]}
        ):
            yield f"delivery {row['id']} has the entries {own}"
    got.sort(key=lambda each: each.at)
    if len({each.uid for each in got}) > 1:
        yield f"subscriber {person} has several entries: {got}"
    if any(later.sequence < each.sequence for each, later in pairwise(got)):
        yield f"subscriber {person}: the entry's sequence went back: {got}"


def _of_reminders(person: int, rows: list[Row], account: Sums, answered_at: float) -> Iterator[str]:
    """Check that no reminder was begun and sent after an answer."""
    for row in rows:
        if row["campaign__step"] != "reminder":
            continue
        sent = min(account.taken.get(row["ref"], ()), default=0.0)
        if sent > answered_at and _seconds(row["campaign__launched_at"]) > answered_at:
            yield f"subscriber {person} had answered, and got the reminder {row['id']}"


def _was_in_doubt(entry: Row, moment: str) -> bool:
    """Return whether an email that was claimed, and skipped in the end, was so only afterwards."""
    if entry["status"] != "skipped" or not entry["attempt"]:
        return False
    return _seconds(entry["settled_at"]) > _seconds(moment)


def _tells(row: Row) -> bool:
    return row["campaign__kind"] in CHANGES


def _carries(row: Row) -> bool:
    return row["campaign__calendar_method"] in CARRYING


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
