"""Times that mailers take, gathered for one claim: a number in a list for each email."""

from bisect import bisect_left
from dataclasses import dataclass, field

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Seconds up to which an answer counts in each: a mail server nearby takes some milliseconds, a
provider's API some hundred, and the slowest dispatch ends after 28 s.
"""


@dataclass(slots=True)
class Times:
    """The emails of one outcome.

    Attributes:
        number: all of them, those that never left included.
        seconds: of those that left, together.
        by_bucket: how many of those took so long; the last is for longer than all BUCKETS.
    """

    number: int = 0
    seconds: float = 0.0
    by_bucket: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))


class DispatchTimes:
    """The emails of one claim, by outcome.

    Gathered by whoever has the dispatch's lock: a mailer may take ten thousand emails a second, and
    to write each to the files of metrics would take ten times as long.
    """

    __slots__ = ("by_outcome",)

    def __init__(self) -> None:
        self.by_outcome: dict[str, Times] = {}

    def add(self, outcome: str, seconds: float | None) -> None:
        """Note one email.

        Args:
            seconds: from its beginning to its answer; None: it never began.
        """
        times = self.by_outcome.get(outcome)
        if times is None:
            times = self.by_outcome[outcome] = Times()
        times.number += 1
        if seconds is not None:
            times.seconds += seconds
            times.by_bucket[bisect_left(BUCKETS, seconds)] += 1
