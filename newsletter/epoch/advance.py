"""Advancing the epoch: each claim and each opt-out leaves a trace that an older copy of the database lacks."""

import secrets
from datetime import datetime
from functools import partial

from django.db import connection, transaction

from newsletter.epoch import memory
from newsletter.epoch.hold import Hold, held
from newsletter.epoch.memory import Mark


def advance(*, now: datetime) -> None:
    """Advance the epoch in the caller's transaction; it is remembered as soon as that has committed.

    Also where sending is held: an opt-out goes its way whatever is known of the database.

    Args:
        now: the present.
    """
    held(now=now)  # while what is remembered is still what it was before this step
    _step(now)


def advance_unless_held(*, now: datetime) -> Hold | None:
    """Advance the epoch for something that is about to be handed over: remembered before the caller's commit returns.

    Args:
        now: the present.

    Returns:
        Why nothing may be handed over, where that is so; the epoch stands still then.
    """
    hold = held(now=now)
    if hold is None:
        _step(now)
    return hold


def _step(now: datetime) -> None:
    nonce = secrets.token_hex(8)
    with connection.cursor() as cursor:
        # One INSERT that nobody waits for: ids come from a sequence (SQLite: one transaction writes at a time anyway).
        cursor.execute(
            "INSERT INTO newsletter_epoch (nonce, at) VALUES (%s, %s) "
            "RETURNING id, (SELECT identity FROM newsletter_databasehistory ORDER BY number DESC LIMIT 1)",
            [nonce, connection.ops.adapt_datetimefield_value(now)],
        )
        epoch, history = cursor.fetchone()
    # After the commit: what a crash of the database takes back must not be remembered.
    transaction.on_commit(partial(memory.note, Mark(history, epoch, nonce, now)))
