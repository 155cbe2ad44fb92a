"""The watch over claims: none may outlive its lease by more than two sweeps of the clock."""

from time import monotonic
from typing import TYPE_CHECKING

from tests.drills.books import Snapshot
from tests.drills.patience import LEASE

if TYPE_CHECKING:
    from tests.drills.stage import Stage

SWEEPS = 2.0
"""Two sweeps, in seconds (SWEEP of tests.drills.settings)."""
BUSY = 5.0
"""Seconds that a machine with two cores and many processes may be late by."""


class ClaimWatch:
    """The claims that hold rows, each with the moment at which it was seen first."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def look(self, stage: "Stage", snapshot: Snapshot, *, is_struck: bool) -> None:
        """See that no claim holds rows for too long. A clock that was killed has to start first.

        Args:
            is_struck: whether a fault lasts, in which the clock, the database or a worker may stand
                still.
        """
        now = monotonic()
        is_clock_moved = not stage.is_on_services and "wall clock moved" in stage.plan.struck_by
        if is_struck or is_clock_moved:
            self._since = dict.fromkeys(snapshot.claims, now)
            return
        self._since = {token: self._since.get(token, now) for token in snapshot.claims}
        late = BUSY + (stage.start_takes if stage.interruptions else 0)
        for token, since in self._since.items():
            if now - since > LEASE + SWEEPS + late:
                stage.broken(f"the claim {token} held rows for {now - since:.1f} s")
