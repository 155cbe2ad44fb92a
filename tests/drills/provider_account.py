"""The account of what providers took: the log that they write (tests.drills.provider), read."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.drills.provider import AMBIGUOUS


@dataclass(frozen=True, slots=True)
class Entry:
    """The calendar entry of a message that was taken."""

    at: float
    uid: str
    sequence: int
    method: str


class ProviderAccount:
    """The log of all providers of a history, which goes on being written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> list[dict[str, Any]]:
        """Return all whole lines so far."""
        written = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in written if line.endswith("\n")]

    def taken(self) -> list[dict[str, Any]]:
        """Return what providers with an API have taken so far."""
        return [line for line in self.lines() if "id" in line]

    def taken_by_smtp(self) -> list[dict[str, Any]]:
        """Return what mail servers have taken so far."""
        return [line for line in self.lines() if "ref" in line and "id" not in line]

    def sums(self) -> "Sums":
        """Return who got what, and the faults."""
        taken: dict[str, list[float]] = defaultdict(list)
        entries: dict[str, list[Entry]] = defaultdict(list)
        faults: Counter[str] = Counter()
        for line in self.lines():
            if "fault" in line:
                faults[line["fault"]] += 1
                continue
            taken[line["ref"]].append(line["at"])
            if "uid" in line:
                entries[line["ref"]].append(
                    Entry(line["at"], line["uid"], int(line["sequence"]), line["method"])
                )
        return Sums(taken, faults, entries)


@dataclass(frozen=True, slots=True)
class Sums:
    """The times at which each message was taken, by its reference, and the provider's faults.

    `entries` are those for calendars, by the same reference.
    """

    taken: Mapping[str, list[float]]
    faults: Counter[str]
    entries: Mapping[str, list[Entry]] = field(default_factory=dict)

    @property
    def ambiguities(self) -> int:
        """How many faults left open whether the message was taken."""
        return sum(number for name, number in self.faults.items() if name in AMBIGUOUS)
