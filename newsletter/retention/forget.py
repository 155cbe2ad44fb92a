"""Data of the newsletter app that has had its time."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet

from newsletter.lifecycle import move
from newsletter.models import InboxMessage, ProviderEvent, TransactionalMessage
from newsletter.states import MESSAGE_MOVES, MessageStatus

BATCH = 1_000
"""Rows of one transaction, so that no lock is held for long however much has piled up."""


def forget_messages(*, now: datetime, batch: int = BATCH) -> int:
    """Delete address, name and text of transactional messages that are KEEP_TRANSACTIONAL_BODIES old.

    The row and its keyed digest stay, and so does what became of it. A message that still waits is given up: nobody wants the
    confirmation of a month ago. One that is being handed over right now is left for the next time.

    Args:
        now: the present.

    Returns:
        How many messages were forgotten.
    """
    due = TransactionalMessage.objects.filter(created_at__lte=now - settings.KEEP_TRANSACTIONAL_BODIES, forgotten_at=None)

    def forget(rows: QuerySet[TransactionalMessage]) -> int:
        move(
            rows.filter(status=MessageStatus.QUEUED),
            MESSAGE_MOVES,
            MessageStatus.SKIPPED,
            reason="It waited until its text had to be deleted.",
            settled_at=now,
            retry_at=None,
        )
        return rows.exclude(status=MessageStatus.CLAIMED).update(
            to="", to_name="", subject="", html="", text="", headers={}, provider_message_id="", forgotten_at=now
        )

    return _in_batches(due.exclude(status=MessageStatus.CLAIMED), forget, batch=batch)


def forget_provider_events(*, now: datetime, batch: int = BATCH) -> int:
    """Delete what providers told us KEEP_PROVIDER_EVENTS ago or earlier. What followed from it stands in other rows.

    Returns:
        How many events were deleted.
    """
    due = ProviderEvent.objects.filter(received_at__lte=now - settings.KEEP_PROVIDER_EVENTS)
    return _in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def forget_inbox(*, now: datetime, batch: int = BATCH) -> int:
    """Delete messages that came into the development inbox KEEP_INBOX ago or earlier.

    Returns:
        How many messages were deleted.
    """
    due = InboxMessage.objects.filter(received_at__lte=now - settings.KEEP_INBOX)
    return _in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def _in_batches[M: Model](due: QuerySet[M], act: Callable[[QuerySet[M]], int], *, batch: int) -> int:
    """Act on `due` a batch at a time, each in its own transaction; `act` must take its rows out of `due`."""
    total = 0
    while True:
        with transaction.atomic():
            ids = list(due.order_by("pk").values_list("pk", flat=True)[:batch])
            done = act(due.model._default_manager.filter(pk__in=ids)) if ids else 0
        total += done
        # No progress although rows are due would go round for ever.
        if len(ids) < batch or not done:
            return total
