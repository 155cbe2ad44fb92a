"""Rows of processes that run, as their heartbeats write them."""

from datetime import timedelta
from typing import Any

from newsletter.core.db.clock import database_now
from newsletter.models import ProcessKind, RunningProcess

QUEUES = {
    ProcessKind.WEB: "",
    ProcessKind.WORKER: "clock,transactional",
    ProcessKind.SENDER: "bulk",
    ProcessKind.CLOCK: "",
}


def run(kind: ProcessKind, *, seconds: float = 600, **columns: Any) -> RunningProcess:
    """Make the row of a process that has run for some time, and was seen just now."""
    now = database_now()
    return RunningProcess.objects.create(
        **{
            "key": f"{kind}-{RunningProcess.objects.count()}",
            "host": "one",
            "kind": kind,
            "queues": QUEUES[kind],
            "version": "0.1.0",
            "started_at": now - timedelta(seconds=seconds),
            "seen_at": now,
            "worked_at": now,
        }
        | columns
    )


def run_all(**columns: Any) -> None:
    """Make a row for each kind of process."""
    for kind in ProcessKind:
        run(kind, **columns)
