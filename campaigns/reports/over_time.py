"""The emails of a campaign over time: how many the mailers took in each step, how many not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Sum

from campaigns.models import Campaign, DeliveryMinute
from campaigns.states import Counted

MOST_STEPS = 48
STEPS = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080)
)
"""The lengths of a step; the shortest with which the steps aren't too many is taken."""
NOT_TAKEN = (Counted.FAILED, Counted.BOUNCED)
"""What is counted as not arrived: refused by the next mail server, or reported as bounced later."""


@dataclass(frozen=True, slots=True)
class CountedStep:
    """One step: its start, how many were taken in it, how many failed or came back."""

    start: datetime
    taken: int = 0
    not_taken: int = 0


@dataclass(frozen=True, slots=True)
class OverTime:
    """The steps of a campaign, without gaps; none where nothing was counted."""

    length: timedelta
    steps: Sequence[CountedStep]


def over_time(campaign: Campaign) -> OverTime:
    """Read what became of a campaign step by step, from its counts by the minute.

    A step begins at a full minute, hour or day in UTC.
    """
    rows = DeliveryMinute.objects.filter(
        campaign=campaign, what__in=[Counted.ACCEPTED, *NOT_TAKEN]
    ).order_by()
    numbers: dict[bool, Counter[datetime]] = {True: Counter(), False: Counter()}
    for minute, what, number in rows.values_list("minute", "what").annotate(Sum("number")):
        numbers[what == Counted.ACCEPTED][minute] += number
    minutes = {*numbers[True], *numbers[False]}
    if not minutes:
        return OverTime(STEPS[0], [])
    length = next(
        (each for each in STEPS if (max(minutes) - min(minutes)) // each < MOST_STEPS), STEPS[-1]
    )
    taken, not_taken = _by_step(numbers[True], length), _by_step(numbers[False], length)
    first, last = _start(min(minutes), length), _start(max(minutes), length)
    count = (last - first) // length + 1
    steps = [first + place * length for place in range(count)][-MOST_STEPS - 1 :]
    # A fact that was counted as another one before is taken away again.
    return OverTime(
        length, [CountedStep(each, max(taken[each], 0), max(not_taken[each], 0)) for each in steps]
    )


def _by_step(numbers: Counter[datetime], length: timedelta) -> Counter[datetime]:
    found: Counter[datetime] = Counter()
    for minute, number in numbers.items():
        found[_start(minute, length)] += number
    return found


def _start(minute: datetime, length: timedelta) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (minute - epoch) // length * length
