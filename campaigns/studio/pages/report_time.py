"""The emails of a campaign over time, as bars and as a table, as far as one may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from django.http import HttpRequest

from campaigns.models import Campaign
from campaigns.reports.over_time import CountedStep, over_time
from campaigns.studio.masking import may_see_subscribers
from subscribers.need_to_know.small_groups import hidden_rows

HEIGHT = 100
"""Of the drawing, whose bars are parts of it."""
LEAST_WIDTH = 12
"""Steps for which the drawing has room."""


@dataclass(frozen=True, slots=True)
class StepBar:
    """One step as a bar of a drawing, and as a row of the table.

    Attributes:
        x: the left edge, in steps.
        taken, not_taken: the numbers; None where they aren't shown, for a small group's sake.
        taken_height, not_taken_height: of the parts of the bar.
        day: written where the day is another than that of the step before.
    """

    start: datetime
    x: int
    taken: int | None
    not_taken: int | None
    taken_height: float
    not_taken_height: float
    day: str

    @property
    def taken_y(self) -> float:
        """The upper edge of the part that was taken."""
        return HEIGHT - self.taken_height

    @property
    def not_taken_y(self) -> float:
        """The upper edge of the part that wasn't, which stands upon the other."""
        return self.taken_y - self.not_taken_height


@dataclass(frozen=True, slots=True)
class TimeChart:
    """The drawing and its table; `largest` is the number of the highest bar."""

    bars: Sequence[StepBar]
    length: str
    largest: int
    hides: bool

    @property
    def width(self) -> int:
        """The width of the drawing, in steps: a few bars don't fill it."""
        return max(len(self.bars), LEAST_WIDTH)


def time_chart(request: HttpRequest, campaign: Campaign) -> TimeChart:
    """Return what became of a campaign over time."""
    found = over_time(campaign)
    hidden: frozenset[int] = frozenset()
    if not may_see_subscribers(request):
        hidden = hidden_rows([(each.taken, each.not_taken) for each in found.steps])
    shown = [each for place, each in enumerate(found.steps) if place not in hidden]
    largest = max((each.taken + each.not_taken for each in shown), default=0)
    bars = [
        _bar(step, place, before, largest=largest, hides=place in hidden)
        for place, (before, step) in enumerate(pairwise([None, *found.steps]))
        if step is not None
    ]
    return TimeChart(bars, _length_in_words(found.length), largest, hides=bool(hidden))


def _bar(
    step: CountedStep, place: int, before: CountedStep | None, *, largest: int, hides: bool
) -> StepBar:
    is_new_day = before is None or before.start.date() != step.start.date()
    day = f"{step.start.astimezone(UTC):%-d %B}" if is_new_day else ""
    if hides:
        return StepBar(step.start, place, None, None, 0, 0, day)
    scale = HEIGHT / max(largest, 1)
    return StepBar(
        step.start,
        place,
        step.taken,
        step.not_taken,
        round(step.taken * scale, 2),
        round(step.not_taken * scale, 2),
        day,
    )


def _length_in_words(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    for unit, size in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes % size == 0:
            number = minutes // size
            return unit if number == 1 else f"{number} {unit}s"
    raise AssertionError(minutes)
