"""Locks by name, for what no row stands for yet."""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

LOCK_PATIENCE = 300
"""Milliseconds."""


def lock_until_commit(name: str) -> None:
    """Hold the lock of this name until the present transaction ends; wait for whoever has it.

    SQLite has one writer at a time, who got in before the transaction's first statement: there is
    nothing left to be locked.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_number(name)])


def locked_until_commit(names: Collection[str]) -> set[str]:
    """Take the locks of these names that nobody has, as `lock_until_commit` does, without waiting.

    Returns:
        The names whose locks this transaction has now.
    """
    if connection.vendor != "postgresql":
        return set(names)
    names_by_number = {_number(name): name for name in names}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number FROM unnest(%s::bigint[]) AS number "
            "WHERE pg_try_advisory_xact_lock(number)",
            [list(names_by_number)],
        )
        return {names_by_number[number] for (number,) in cursor.fetchall()}


def wait_briefly_for_locks() -> None:
    """Let a statement that waits for a row fail after LOCK_PATIENCE, until the transaction ends.

    For work that is done another way where it would have to wait. It is less than the time after
    which PostgreSQL looks for a deadlock, so that this transaction is the one that gives in.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_PATIENCE}ms'")


@contextmanager
def brief_transaction() -> Iterator[None]:
    """Run a block in a transaction that fails where it would wait for others, after LOCK_PATIENCE.

    For what may as well not be done, and must keep nobody waiting.

    Raises:
        django.db.DatabaseError: it would have had to wait.
    """
    if connection.vendor != "sqlite":
        with transaction.atomic():
            wait_briefly_for_locks()
            yield
        return
    with connection.cursor() as cursor:
        patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {LOCK_PATIENCE}")
        try:
            with transaction.atomic():
                yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
