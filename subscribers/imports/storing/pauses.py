"""Pauses that an import has brought, for the journal: a restored backup must not forget them."""

from datetime import datetime

from django.db import connection

from subscribers.imports.storing.stage import KEYS, STAGE
from subscribers.opt_outs import journal
from subscribers.opt_outs.entry import Entry, EntryKind

_PAUSES = f"""
SELECT k.digest, r.paused_until FROM {STAGE} AS r JOIN {KEYS} AS k ON k.number = r.number
WHERE r.paused_until <> '' AND k.outcome = '' AND k.is_first = 1 ORDER BY k.number
"""  # noqa: S608 - names of ours


def note_pauses(now: datetime) -> None:
    """Note the pauses of the people whom the import has added, once it is committed."""
    with connection.cursor() as cursor:
        cursor.execute(_PAUSES)
        entries = [
            Entry(EntryKind.PAUSE, now, digest, until) for digest, until in cursor.fetchall()
        ]
    journal.note(entries, now=now, once_committed=True)
