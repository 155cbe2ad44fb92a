"""Undoing an import because staff asked for it: a worker does it, as it may take a minute."""

import logging
from functools import partial

from django.contrib.auth.models import User
from django.utils import timezone

from newsletter.audit.actor import CONVENE, Actor, ActorKind, acting
from newsletter.core.wake import wake
from subscribers.imports.undo import OthersAtWork, UndoReport, undo_import
from subscribers.models import ImportBatch

logger = logging.getLogger(__name__)


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
    """Undo the imports for which it was asked."""
    due = ImportBatch.objects.filter(undone_at=None, undo_asked_at__isnull=False)
    done = []
    for batch in due.select_related("undo_asked_by").order_by("pk"):
        by = batch.undo_asked_by
        actor = Actor(ActorKind.ACCOUNT, by.get_username(), by.pk) if by else CONVENE
        try:
            with acting(partial(_itself, actor)):
                done.append(undo_import(batch.pk))
        except OthersAtWork:
            logger.info("Import %s can't be undone right now; it is tried again", batch.pk)
    return done


def _itself(actor: Actor) -> Actor:
    return actor
