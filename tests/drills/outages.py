"""Servers and machines that stand still for longer than anybody waits for them."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from tests.drills import clocks
from tests.drills.patience import LEASE

if TYPE_CHECKING:
    from tests.drills.stage import Stage

type Fault = Iterator[float]

BEYOND_EVERY_TIMEOUT = 90.0
"""Seconds. Our longest timeout for Redis is 30 s; kombu and TCP have none above a minute."""


def nothing_more(stage: "Stage") -> Fault:
    """Do nothing more than what the plan has the provider do by chance."""
    yield 0.0


def redis_hung(stage: "Stage") -> Fault:
    """Have Redis take connections without an answer for a while, and then go on."""
    stage.redis.signal(signal.SIGSTOP)
    yield BEYOND_EVERY_TIMEOUT
    stage.redis.signal(signal.SIGCONT)


def redis_hung_again_and_again(stage: "Stage") -> Fault:
    """Have Redis hang two or three times, with a few seconds between."""
    for _ in range(stage.dice.choice((2, 3))):
        stage.redis.signal(signal.SIGSTOP)
        yield 40.0
        stage.redis.signal(signal.SIGCONT)
        yield stage.dice.uniform(3, 8)


def machine_suspended(stage: "Stage") -> Fault:
    """Stop all processes of a host, and its monotonic clock with them (tests.drills.clocks)."""
    host = stage.dice.choice(stage.hosts)
    pids = [pid for name in host.names for pid in [host.pid(name), *host.children(name)] if pid]
    stage.interruptions += sum(len(host.children(name)) for name in host.names)
    for pid in pids:
        _signal(pid, signal.SIGSTOP)
    since = monotonic()
    yield LEASE + stage.dice.uniform(2, 6)
    clocks.take_away(host.suspended, monotonic() - since)
    for pid in reversed(pids):
        _signal(pid, signal.SIGCONT)


def commits_hang(stage: "Stage") -> Fault:
    """Have PostgreSQL wait for a standby that isn't there.

    A commit is written, and answered only when the wait is over.
    """
    stage.postgresql.configure(synchronous_standby_names="nobody")
    yield LEASE + stage.dice.uniform(2, 6)
    stage.postgresql.configure(synchronous_standby_names="")


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
