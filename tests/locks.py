"""Waiting for a lock's other side, by which tests on PostgreSQL order two transactions."""

import time
from concurrent.futures import Future
from typing import Any

from django.db import connection

PATIENCE = 30.0


def until_somebody_waits(other: Future[Any] | None = None) -> None:
    """Return once a connection to this database waits for a lock, or `other` is done.

    Raises:
        TimeoutError: no connection did so within PATIENCE seconds.
    """
    end = time.monotonic() + PATIENCE
    while not _somebody_waits() and not (other is not None and other.done()):
        if time.monotonic() >= end:
            raise TimeoutError("nobody waits for a lock")
        time.sleep(0.01)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        # In a transaction the view stays as it was when it was first read.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND "
            "wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])
