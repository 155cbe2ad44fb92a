"""The faults that the dice choose, each with its moment."""

import random
from dataclasses import dataclass

SECONDS = 6.0
"""The time that a campaign takes without faults: long enough for one to meet it in the middle."""

EVERYWHERE = (
    "kill a child",
    "kill a sender",
    "kill a host",
    "stop a child beyond its lease",
    "stop a host beyond its leases",
    "clock down",
    "two clocks",
    "disk full",
    "wall clock moved",
    "SIGTERM",
    "pause and resume",
    "cancel",
    "unsubscribe",
    "erase",
    "suppress",
    "webhooks",
    "provider silent",
)
ON_SERVICES = (
    "Redis killed",
    "Redis flushed",
    "Redis stopped",
    "Redis full",
    "PostgreSQL restarted",
)
ON_SERIES = ("answers", "event moved", "event called off", "step drafted anew")
"""Faults of a history whose campaigns are steps of an event's series."""
STEPS = 3
"""The campaigns of such a history: invitation, reminder, and joining details."""
AGAIN = ("event moved", "event called off", "answers")
"""Of these one may come while people are told of a change."""


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault and its moment, in seconds after the first delivery was claimed."""

    fault: str
    at: float


def rolled_strikes(dice: random.Random, *, is_on_services: bool) -> tuple[Strike, ...]:
    """Roll one to three faults."""
    chosen = dice.sample(_known(is_on_services=is_on_services), dice.choice((1, 1, 2, 3)))
    return tuple(Strike(name, round(dice.uniform(0.1, SECONDS - 1), 2)) for name in chosen)


def strikes_of_series(seed: int) -> tuple[Strike, ...]:
    """Return what people and staff do while an event's series is sent."""
    dice = random.Random(f"{seed} series")
    chosen = ["answers", *dice.sample(ON_SERIES[1:], dice.choice((1, 2, 2, 3)))]
    return tuple(Strike(name, round(dice.uniform(*_moments(name)), 2)) for name in chosen)


def strikes_amid_changes(seed: int, *, is_on_services: bool) -> tuple[Strike, ...]:
    """Return what happens while people are told that the event was moved, or called off.

    These are one or two faults, and in half of the histories another change, or answers.
    """
    dice = random.Random(f"{seed} changes")
    known = [name for name in _known(is_on_services=is_on_services) if name not in _ONCE]
    chosen = dice.sample(known, dice.choice((1, 2)))
    if dice.random() < 0.5:
        chosen.append(dice.choice(AGAIN))
    return tuple(Strike(name, round(dice.uniform(0.1, SECONDS / 2), 2)) for name in chosen)


_ONCE = frozenset({"cancel", "webhooks"})
"""Who cancels what tells of a change leaves people untold, and a second round of reports could be
enough hard bounces for the guard to do so."""


def _known(*, is_on_services: bool) -> list[str]:
    return [*EVERYWHERE, *(ON_SERVICES if is_on_services else ())]


def _moments(fault: str) -> tuple[float, float]:
    """Return between which seconds a fault of a series begins.

    Who answers must still wait for an email, and an event that was called off takes no answers.
    """
    if fault == "answers":
        return 0.1, SECONDS / 3
    return (SECONDS / 2 if fault == "event called off" else 0.1), SECONDS - 1
