"""Waiting until another connection waits for us: how tests on PostgreSQL bring two transactions into one order."""

import time
from concurrent.futures import Future
from typing import Any

from django.db import connection

PATIENCE = 30.0


def until_somebody_waits(other: Future[Any] | None = None) -> None:
    """Return once a connection to this database waits for a lock, or `other` is done.

    Raises:
        TimeoutError: nobody did, in half a minute.
    """
    end = time.monotonic() + PATIENCE
    while not _somebody_waits() and not (other is not None and other.done()):
        if time.monotonic() >= end:
            raise TimeoutError("nobody waits for a lock")
        time.sleep(0.01)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        # In a transaction the view stays as it was when it was first looked at.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND "
            "wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])
