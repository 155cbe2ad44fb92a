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
        act: acts on those of one batch. It must take them out of `due`, and return how many they
            were.
        batch: rows of one transaction.

    Returns:
        How many rows in all.
    """
    total = 0
    while True:
        with transaction.atomic():
            ids = list(due.order_by("pk").values_list("pk", flat=True)[:batch])
            done = act(due.model._default_manager.filter(pk__in=ids)) if ids else 0
        total += done
        # Without progress, although rows are due, this would go round for ever.
        if len(ids) < batch or not done:
            return total
