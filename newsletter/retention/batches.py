"""Letting much die in small steps."""

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
        due: which rows.
        act: what is done to those of one batch; it must take them out of `due`, and says how many
            they were.
        batch: rows of one transaction.

    Returns:
        How many in all.
    """
    total = 0
    while True:
        with transaction.atomic():
            ids = list(due.order_by("pk").values_list("pk", flat=True)[:batch])
            done = act(due.model._default_manager.filter(pk__in=ids)) if ids else 0
        total += done
        # No progress although rows are due would go round for ever.
        if len(ids) < batch or not done:
            return total
