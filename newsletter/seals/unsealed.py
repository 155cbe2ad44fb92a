"""Entries that wait for their seal."""

from datetime import datetime, timedelta
from typing import Any

from newsletter.seals.chain import Chain

SEALED_WITHIN = timedelta(minutes=10)
"""The clock seals every few seconds; what is older waits for a clock that doesn't run."""


def overdue(chain: Chain[Any], *, now: datetime) -> Any:
    """Return the oldest entry that should have been sealed by now. None where all are."""
    rows = chain.rows._default_manager.filter(
        **{"seal": None, f"{chain.written_at}__lte": now - SEALED_WITHIN}
    )
    return rows.order_by("pk").first()
