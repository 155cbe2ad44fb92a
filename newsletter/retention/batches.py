"""Deleting many rows in small transactions."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import Model, QuerySet

BATCH = 1_000
"""Rows of one transaction, so that no lock is held for long however much has piled up."""


def in_batches[M: Model](
    due: QuerySet[M], act: Callable[[QuerySet[M]], int], *, batch: int = BATCH
) -> int:
    """Act on `due` a batch at a time, each in its own transaction.

    Args:
        due: the rows.
        act: acts on those of one batch, and returns how many it changed.
        batch: rows of one transaction.

    Returns:
        How many rows in all.
    """
    total = last = 0
    while True:
        with transaction.atomic():
            # Behind the last batch, so that what it left is read once, and not with each batch.
            rows = due.filter(pk__gt=last).order_by("pk")
            ids = list(rows.values_list("pk", flat=True)[:batch])
            total += act(due.model._default_manager.filter(pk__in=ids)) if ids else 0
        if len(ids) < batch:
            return total
        last = ids[-1]
