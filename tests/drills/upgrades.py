"""An upgrade to this version, while the one before the last migration sends a campaign."""

import subprocess
import sys
from collections.abc import Iterator
from time import monotonic
from typing import TYPE_CHECKING

from config.env import BASE_DIR
from tests.drills.hosts import Host

if TYPE_CHECKING:
    from tests.drills.stage import Stage

type Fault = Iterator[float]

SECONDS_TO_END = 30.0
"""The time that a process may take to end after SIGTERM."""
_ATTEMPTS = 20
"""The attempts at migrating, for another fault may have the database down."""


def upgraded(stage: "Stage") -> Fault:
    """Migrate, then end each process in turn, after which a new one of this version starts.

    In between old and new ones work on the same rows, for a while that the dice choose.
    """
    yield from _migrated(stage)
    yield from stage.hand.upgrade(BASE_DIR)
    for host in stage.dice.sample(stage.hosts, len(stage.hosts)):
        host.code = BASE_DIR
        for name in stage.dice.sample(host.names, len(host.names)):
            yield from _replaced(stage, host, name)
            yield stage.dice.uniform(0, 2)


def asked_to_end(stage: "Stage", host: Host, name: str) -> Fault:
    """Send SIGTERM to a process: it has to settle or give back what it held before it ends."""
    claims, asked = host.journals(), monotonic()
    yield from _ending(host, name)
    if monotonic() - asked > SECONDS_TO_END:
        stage.broken(f"SIGTERM: {name} was still there after {SECONDS_TO_END:.0f} s")
    stage.slowest_end = max(stage.slowest_end, monotonic() - asked)
    stage.must_not_be_claimed(claims - host.journals(), since=f"SIGTERM to {name}")


def _replaced(stage: "Stage", host: Host, name: str) -> Fault:
    """End a process of the earlier version, as its supervisor does: by SIGKILL if need be.

    What that version does wrong is no fault of this one, as long as nobody gets anything twice.
    """
    asked = monotonic()
    yield from _ending(host, name)
    if monotonic() - asked > SECONDS_TO_END:
        stage.interruptions += len(host.children(name))
        host.kill(name)


def _ending(host: Host, name: str) -> Fault:
    """Send SIGTERM to a process, and wait until it has ended, or should have."""
    pid = host.pid(name)
    host.ask_to_end(name)
    asked = monotonic()
    while pid is not None and host.pid(name) == pid and monotonic() - asked <= SECONDS_TO_END:
        yield 0.1


def _migrated(stage: "Stage") -> Fault:
    log = stage.folder / "migrate.log"
    command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
    for _ in range(_ATTEMPTS):
        with log.open("ab") as file:
            process = subprocess.Popen(
                command,
                cwd=BASE_DIR,
                env=stage.hosts[0].environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )
        while process.poll() is None:
            yield 0.1
        if not process.returncode:
            return
        yield 0.5
    stage.broken(f"it can't be migrated: {log.read_text(encoding='utf-8')[-1500:]}")
