"""Locks by name, for what no row stands for yet."""

import hashlib

from django.db import connection


def lock_until_commit(name: str) -> None:
    """Hold the lock of this name until the present transaction ends; wait for whoever has it.

    SQLite has one writer at a time, who got in before the transaction's first statement: there is
    nothing left to be locked.
    """
    if connection.vendor != "postgresql":
        return
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
