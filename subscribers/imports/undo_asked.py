"""Undoing an import because staff asked for it: a worker does it, as it may take minutes."""

import logging
import time
from datetime import datetime, timedelta
from functools import partial

from django.contrib.auth.models import User
from django.utils import timezone

from newsletter.audit.actor import CONVENE, Actor, ActorKind, acting
from newsletter.core.wake import wake
from subscribers.imports.undo import OthersAtWork, UndoReport, undo_import
from subscribers.models import ImportBatch

logger = logging.getLogger(__name__)

AT_ONCE = 120.0
"""Seconds of one task, far below the limit of its time (config.celery)."""
_SILENCE = timedelta(minutes=1)
"""After which a command that was undoing an import counts as ended."""


def ask_undo(batch_id: int, *, by: User) -> bool:
    """Have a worker undo an import.

    Returns:
        Whether this call asked for it. False where it was asked for, or undone, before.
    """
    rows = ImportBatch.objects.filter(pk=batch_id, undo_asked_at=None, undone_at=None)
    if not rows.update(undo_asked_at=timezone.now(), undo_asked_by=by):
        return False
    wake("subscribers.sweep_imports", queue="bulk")
    return True


def undo_asked() -> list[UndoReport]:
    """Undo the imports for which it was asked, for as long as one task may take.

    Whatever is left is left to the next worker. One that an operator's command is at is left to
    the command, until nothing has been heard of it for a while.
    """
    due = ImportBatch.objects.filter(undone_at=None, undo_asked_at__isnull=False)
    begun = time.monotonic()
    done = []
    for batch in due.select_related("undo_asked_by").order_by("pk"):
        left = AT_ONCE - (time.monotonic() - begun)
        if left <= 0:
            break
        if batch.undo_asked_by is None and _last_heard_of(batch) > timezone.now() - _SILENCE:
            continue
        by = batch.undo_asked_by
        actor = Actor(ActorKind.ACCOUNT, by.get_username(), by.pk) if by else CONVENE
        try:
            with acting(partial(_itself, actor)):
                done.append(undo_import(batch.pk, seconds=left, waits=False))
        except OthersAtWork:
            logger.info("Import %s can't be undone right now; it is tried again", batch.pk)
    if any(not report.finished for report in done):
        wake("subscribers.sweep_imports", queue="bulk")
    return done


def _last_heard_of(batch: ImportBatch) -> datetime:
    """Return when the last piece of an undo was done, or when it was begun."""
    state = batch.undo_state or {}
    if "at" in state:
        return datetime.fromisoformat(state["at"])
    return batch.undo_asked_at or batch.created_at


def _itself(actor: Actor) -> Actor:
    return actor
