"""Retention of imports: their refused rows, what they filled in, and who was asked to confirm."""

from datetime import datetime

from django.conf import settings

from newsletter.retention.batches import BATCH, in_batches
from subscribers.models import ImportBatch, ImportFill, ImportQuestion


def trim_imports(now: datetime, *, batch: int = BATCH) -> int:
    """Trim the list of refused rows after KEEP_IMPORT_DETAILS. The numbers stay."""
    due = ImportBatch.objects.filter(created_at__lt=now - settings.KEEP_IMPORT_DETAILS).exclude(
        refused=[]
    )
    return in_batches(due, lambda rows: rows.update(refused=[]), batch=batch)


def forget_fills(now: datetime, *, batch: int = BATCH) -> int:
    """Delete what imports filled in for people known before, after KEEP_IMPORT_DETAILS."""
    due = ImportFill.objects.filter(filled_at__lt=now - settings.KEEP_IMPORT_DETAILS)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def forget_questions(now: datetime, *, batch: int = BATCH) -> int:
    """Delete who of imported people was asked to confirm, after KEEP_IMPORT_QUESTIONS."""
    due = ImportQuestion.objects.filter(created_at__lt=now - settings.KEEP_IMPORT_QUESTIONS)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)
