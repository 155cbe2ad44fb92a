"""Deleting uploaded lists: their rows by the clock, their files on the host that has them."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q

from newsletter.retention.batches import in_batches
from subscribers.imports.uploads.folder import folders_without_row, forget_files
from subscribers.models import ImportUpload
from subscribers.states import ImportStep


def forget_uploads(now: datetime, *, batch: int) -> int:
    """Delete uploaded lists whose time is over.

    One that is being imported is left to its worker.

    Args:
        batch: rows of one transaction.

    Returns:
        How many.
    """
    unfinished = ~Q(status__in=[ImportStep.IMPORTED, ImportStep.IMPORTING])
    due = ImportUpload.objects.filter(
        (unfinished & Q(changed_at__lt=now - settings.KEEP_IMPORT_UPLOADS))
        | Q(changed_at__lt=now - settings.KEEP_IMPORT_REPORTS)
    )
    deleted = in_batches(due, lambda rows: rows.delete()[0], batch=batch)
    forget_files_without_row()
    return deleted


def forget_files_without_row() -> None:
    """Delete the files of this host that belong to no uploaded list any more."""
    known = set(ImportUpload.objects.values_list("folder", flat=True))
    for name in folders_without_row(known):
        forget_files(name)
