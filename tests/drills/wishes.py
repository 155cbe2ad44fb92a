"""The ways in which the first campaign of a history is launched: a canary, a local hour."""

import random
from dataclasses import asdict, dataclass

CANARY, LOCAL_HOURS = "canary", "local hours"
OFTEN = 0.25
"""The share of plain histories that have a canary, and of those that have local hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The wishes of whoever launches; their names are those of the hand's `launch`.

    Args:
        canary: how many get the campaign before it pauses; 0: nobody.
        rule: whether it goes on by itself afterwards, if all went well.
        hours: whether it is for a local hour, which comes while it is being sent.
        skips_late: whether those whose hour has passed get nothing.
    """

    canary: int = 0
    rule: bool = False
    hours: bool = False
    skips_late: bool = False

    @property
    def parts(self) -> frozenset[str]:
        """The ways of launching that are part of the history."""
        ways = {CANARY: bool(self.canary), LOCAL_HOURS: self.hours}
        return frozenset(name for name, is_part in ways.items() if is_part)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def rolled_wishes(seed: int) -> Wishes:
    """Roll what is wished for, from a seed."""
    dice = random.Random(f"{seed} wishes")
    has_canary, hours = dice.random() < OFTEN, dice.random() < OFTEN
    return Wishes(
        canary=dice.randint(5, 25) if has_canary else 0,
        rule=bool(dice.getrandbits(1)),
        hours=hours,
        skips_late=bool(dice.getrandbits(1)),
    )
