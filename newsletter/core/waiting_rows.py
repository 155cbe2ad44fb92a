"""Rows that the public's forms leave for a worker: those that nobody was woken for, or can handle.

A request stores a row and wakes a worker for it. Where the broker was down or the worker died, the
clock finds the row; what can't be handled at all is deleted when its time has come.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.expressions import OrderBy
from django.utils import timezone

logger = logging.getLogger(__name__)

SWEEP_AFTER = timedelta(seconds=10)
"""A worker was not woken for a row that waits longer than this."""
SWEEP_BATCH = 200


def sweep(
    rows: QuerySet[Any],
    handle: Callable[[int], bool],
    *,
    stored_at: str = "received_at",
    order_by: Sequence[str | OrderBy] = ("pk",),
    now: datetime | None = None,
) -> int:
    """Handle rows that have waited too long. One that fails is logged, and holds up no other.

    Args:
        rows: those that may wait.
        handle: takes a row's number, and returns whether this call handled it.
        stored_at: the column that says since when a row waits.
        order_by: whose turn it is first.

    Returns:
        How many were handled.
    """
    missed = rows.filter(**{f"{stored_at}__lt": (now or timezone.now()) - SWEEP_AFTER})
    numbers = list(missed.order_by(*order_by).values_list("pk", flat=True)[:SWEEP_BATCH])
    return sum(handle_or_log(number, handle, rows.model.__name__) for number in numbers)


def forget_unhandled(rows: QuerySet[Any], *, now: datetime | None = None) -> int:
    """Delete rows that could not be handled within KEEP_FORM_SUBMISSIONS.

    Args:
        rows: of a model with a column `received_at`.

    Returns:
        How many were deleted.
    """
    since = (now or timezone.now()) - settings.KEEP_FORM_SUBMISSIONS
    number, _ = rows.filter(received_at__lt=since).delete()
    if number:
        logger.error(
            "%s rows of %s could not be handled and were deleted", number, rows.model.__name__
        )
    return number


def handle_or_log(number: int, handle: Callable[[int], bool], name: str) -> bool:
    """Handle one row. Where that fails it is logged, so that it holds up no other.

    Args:
        number: the row's.
        handle: takes it, and returns whether this call handled it.
        name: of the model, for the log.

    Returns:
        Whether this call handled it.
    """
    try:
        return handle(number)
    except Exception:
        logger.exception("Could not handle %s %s", name, number)
        return False
