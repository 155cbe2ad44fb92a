"""Hosts that are lost for good, and links that are cut."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.drills.hosts import COMMANDS
from tests.drills.network import Wire
from tests.drills.patience import LEASE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.drills.stage import Stage

type Fault = Iterator[float]

_OPERATOR_COMES = (2.0, 8.0)
"""Seconds until somebody has another host run what the lost one alone had run."""


def host_lost(stage: "Stage") -> Fault:
    """Lose a host with all that it remembered; another runs what it alone had run.

    Its processes die without a word to the servers: their connections stay open, and so do the
    transactions that were under way.
    """
    number = stage.dice.randrange(len(stage.hosts))
    host = stage.hosts[number]
    if stage.network:
        stage.network.cut(number, *Wire)
    # Most may have been sent, and no journal says which.
    stage.interruptions += sum(len(host.children(name)) for name in host.names)
    for name in host.names:
        host.kill(name)
    stage.lost_claims += len(host.journals())
    stage.lost_messages += host.journals_of_messages
    elsewhere = {
        name
        for other in stage.hosts
        if other is not host and not other.is_lost
        for name in other.names
    }
    host.lose()
    yield stage.dice.uniform(*_OPERATOR_COMES)
    for name in COMMANDS:
        if name in host.names and name not in elsewhere:
            stage.hosts[number - 1].add(name)


def cut(*wires: Wire) -> "Callable[[Stage], Fault]":
    """Return the fault of a second host that loses its wires to servers for a while."""

    def link_cut(stage: "Stage") -> Fault:
        assert stage.network is not None
        last = len(stage.hosts) - 1
        for _ in range(stage.dice.choice((1, 1, 2))):
            stage.network.cut(last, *wires)
            yield stage.dice.choice(
                (stage.dice.uniform(1, 5), LEASE + stage.dice.uniform(2, 6), 40.0)
            )
            stage.network.mend(last, *wires)
            yield stage.dice.uniform(0.5, 4)

    return link_cut
