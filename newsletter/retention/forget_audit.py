"""Retention of the audit log."""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from newsletter.audit.digests import is_as_written
from newsletter.audit.emptied import CHANGED, make_empty
from newsletter.models import AuditEntry
from newsletter.retention.batches import BATCH, in_batches

WHY = "Kept for its time."


def empty_audit_entries(*, now: datetime, batch: int = BATCH) -> int:
    """Empty the entries that were written KEEP_AUDIT ago or earlier.

    Digest, time and reason stay, so the rest of the log can still be verified. An entry that isn't
    as it was written stays, for `verify_audit` to find: emptying it would hide that.

    Args:
        now: the present.

    Returns:
        How many entries were emptied.
    """
    due = AuditEntry.objects.filter(
        at__lte=now - settings.KEEP_AUDIT, emptied_at=None, seal__isnull=False
    )

    def empty(rows: QuerySet[AuditEntry]) -> int:
        entries = [entry for entry in rows.select_for_update() if is_as_written(entry)]
        for entry in entries:
            make_empty(entry, why=WHY, now=now)
        return AuditEntry.objects.bulk_update(entries, CHANGED, batch_size=100)

    return in_batches(due, empty, batch=batch)
