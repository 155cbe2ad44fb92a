"""Figures of the work that waits: how much there is, and since when."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from prometheus_client import Metric

from campaigns.reports.diagnostics.oldest_waiting import OLDEST
from campaigns.reports.metrics.gauges import gauge
from newsletter.models import ProviderReport, TransactionalMessage
from newsletter.states import MessageStatus
from subscribers.models import FormSubmission

COUNTED = 10_000
"""More rows of one kind aren't counted: after a campaign, a million reports may wait."""


def waiting(now: datetime) -> Iterator[Metric]:
    """Tell how long the oldest piece of each kind of work has waited, and how much waits.

    One statement for each kind of `OLDEST`, and one more for each campaign that is being sent. None
    reads what is done; that of single emails reads all that wait. Three more count COUNTED rows of
    an index at most.
    """
    yield gauge(
        "oldest_waiting_seconds",
        "How long the oldest piece of work of a kind has waited, 0 where none waits.",
        ("kind",),
        {(kind,): _seconds(oldest(now), now) for kind, oldest in OLDEST.items()},
    )
    yield gauge(
        "waiting",
        f"Pieces of work of a kind that wait, counted up to {COUNTED}.",
        ("kind",),
        {(kind,): float(rows[:COUNTED].count()) for kind, rows in _rows().items()},
    )


def _rows() -> dict[str, QuerySet[Any]]:
    rows: dict[str, QuerySet[Any]] = {
        "form": FormSubmission.objects.filter(failed_at=None),
        "report": ProviderReport.objects.filter(problem=""),
        "message": TransactionalMessage.objects.filter(status=MessageStatus.QUEUED),
    }
    return {kind: queryset.order_by().values("pk") for kind, queryset in rows.items()}


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
