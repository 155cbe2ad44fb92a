"""Keeping an import: its row, and its entry in the audit log."""

from newsletter.audit.record import record
from subscribers.audit_actions import ListAction
from subscribers.models import ImportBatch


def keep_batch(batch: ImportBatch) -> None:
    """Save what came of an import, in its transaction."""
    batch.save()
    record(
        ListAction.IMPORTED,
        batch,
        label=f"import {batch.pk}",
        topic_id=batch.topic_id,
        added=batch.added,
        opt_outs=batch.opt_outs,
    )
