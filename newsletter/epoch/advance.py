"""Advancing the epoch: each claim and each opt-out leaves a row that an older database lacks."""

import secrets
from datetime import datetime
from functools import partial

from django.db import connection, transaction

from newsletter.epoch import memory, shared_memory
from newsletter.epoch.hold import Hold, held
from newsletter.epoch.memory import Mark


def advance(*, now: datetime) -> None:
    """Advance the epoch in the caller's transaction. It is remembered once that has committed.

    It advances where sending is held, too: an opt-out is taken whatever is known of the database.

    Args:
        now: the present.
    """
    held(now=now)  # before the step, while the memory still matches the database
    _step(now)


def advance_unless_held(*, now: datetime) -> Hold | None:
    """Advance the epoch for something that is about to be sent, unless sending is held.

    The epoch is remembered before the caller's commit returns, by this host and in Redis. Another
    host that has sent nothing since a backup would otherwise take the restored backup for the
    newest database, until this one speaks. (Steps of opt-outs wait for nobody: a page must not.)

    Args:
        now: the present.

    Returns:
        The hold, if sending is held; the epoch stands still then.
    """
    known = memory.recall()
    if (
        known
        and known.is_vouched
        and known.is_own
        and _step(now, as_remembered=known.mark, is_shared=True)
    ):
        return None
    hold = held(now=now)
    if hold is None:
        _step(now, is_shared=True)
    return hold


_LAST_HISTORY = "(SELECT identity FROM newsletter_databasehistory ORDER BY number DESC LIMIT 1)"
_INSERT = f"INSERT INTO newsletter_epoch (nonce, at) VALUES (%s, %s) RETURNING id, {_LAST_HISTORY}"  # noqa: S608 - no value is in it
_INSERT_IF = """
    INSERT INTO newsletter_epoch (nonce, at) SELECT %s, %s FROM newsletter_databasehistory AS h
    WHERE h.identity = %s AND h.held_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM newsletter_databasehistory WHERE number > h.number)
      AND (%s = 0 OR EXISTS (SELECT 1 FROM newsletter_epoch WHERE id = %s AND nonce = %s))
    RETURNING id
"""
"""The checks that `held` makes when all is well, and the new step, in one statement."""


def _step(now: datetime, *, as_remembered: Mark | None = None, is_shared: bool = False) -> bool:
    """Insert one step, which nobody waits for.

    Ids come from a sequence. (On SQLite one transaction writes at a time anyway.)

    Args:
        as_remembered: only if this is in the database, and nothing is held.
        is_shared: whether other hosts are told at once, because something is about to be sent.
    """
    nonce, at = secrets.token_hex(8), connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        if as_remembered is None:
            cursor.execute(_INSERT, [nonce, at])
            epoch, history = cursor.fetchone()
        else:
            mark, history = as_remembered, as_remembered.history
            cursor.execute(_INSERT_IF, [nonce, at, history, mark.epoch, mark.epoch, mark.nonce])
            row = cursor.fetchone()
            if row is None:
                return False
            (epoch,) = row
    # After the commit, because a step that a crash of the database takes back must not be
    # remembered.
    mark = Mark(history, epoch, nonce, now)
    transaction.on_commit(partial(memory.remember, mark))
    if is_shared:
        transaction.on_commit(partial(shared_memory.publish, mark, vouching=True, is_logged=False))
    return True
