"""Who may be sent nothing any more, from when, and until when.

They left, or answered so that an email isn't for them, or staff called the event off. Only another
answer takes that back: whoever had said no and then says yes is to get the joining details again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any

from tests.drills.provider_account import Sums

ANSWER = "answer"
"""The deed that another one of its kind may take back."""


@dataclass(slots=True)
class Span:
    """A time in which a delivery must not be sent, and the deed of the hand that began it."""

    deed: str
    since: float
    until: float = inf


@dataclass(slots=True)
class Leaving:
    """All deliveries that must not be sent any more."""

    spans: defaultdict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))

    def begin(self, deliveries: Iterable[int], *, deed: str, at: float) -> None:
        """Note deliveries that were planned after somebody had left: none may be sent from now on.

        Args:
            at: a moment after the deed was committed.
        """
        for delivery in deliveries:
            if not any(span.deed == deed and span.until == inf for span in self.spans[delivery]):
                self.spans[delivery].append(Span(deed, at))

    def end(self, deliveries: Iterable[int], *, at: float) -> None:
        """Note deliveries that are for their recipient again, by another answer.

        Who has left otherwise stays so.

        Args:
            at: a moment before that answer was committed.
        """
        for delivery in deliveries:
            for span in self.spans.get(delivery, ()):
                if span.deed == ANSWER:
                    span.until = min(span.until, at)

    def told_all_the_same(
        self, deliveries: Iterable[Mapping[str, Any]], account: Sums
    ) -> Iterator[str]:
        """Find what was sent to somebody in a time in which it must not be."""
        for row in deliveries:
            for span in self.spans.get(row["id"], ()):
                if any(span.since < at < span.until for at in account.taken.get(row["ref"], ())):
                    yield (
                        f"delivery {row['id']} ({row['status']}) was sent to somebody who had left "
                        f"or answered, or about an event that was called off, before it was "
                        f"claimed: {span.deed}"
                    )
