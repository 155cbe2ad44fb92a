"""Kinds of history in which a host goes for good, a link is cut, or the version changes.

Each is played in at least 20 of the 200 seeds of `make drill`.
"""

import random

from tests.drills.strikes import SECONDS, Strike

HOST_LOST = "host lost for good"
LINK_CUT = "link between hosts cut"
"""PostgreSQL and Redis stand beside the first of two hosts; the other loses both."""
TO_POSTGRESQL, TO_REDIS = "link to PostgreSQL cut", "link to Redis cut"
UPGRADED = "upgraded"
UPGRADE_TAKES = 20.0
"""Seconds that the campaigns take at least where the version changes while they are sent."""
KINDS = (HOST_LOST, LINK_CUT, UPGRADED)
_TURNS = {
    # Those whose fault needs neither a web process nor a mailbox.
    LINK_CUT: (2, (0, 1, 2, 4, 8, 9)),
    HOST_LOST: (4, (0, 1, 2, 4, 8, 9)),
    UPGRADED: (3, (0, 1, 2, 3, 4, 5, 6, 8, 9)),
}


def kind_of(seed: int) -> str:
    """Return the kind of a seed's history; empty where it has none."""
    for kind, (tens, ones) in _TURNS.items():
        if seed // 10 % 5 == tens and seed % 10 in ones:
            return kind
    return ""


def needs_services(kind: str) -> bool:
    return kind in (HOST_LOST, LINK_CUT)


def strikes_of(kind: str, seed: int) -> tuple[Strike, ...]:
    """Roll the moment of a kind's fault, and of those that belong to it."""
    dice = random.Random(f"{seed} {kind}")
    names = [kind]
    if kind == LINK_CUT:
        names += dice.choice(((), (TO_POSTGRESQL,), (TO_REDIS,)))
    latest = 1.0 if kind == UPGRADED else SECONDS / 2
    return tuple(Strike(name, round(dice.uniform(0.1, latest), 2)) for name in names)
