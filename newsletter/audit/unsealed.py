"""Entries that wait for their seal."""

from datetime import datetime, timedelta

from newsletter.models import AuditEntry

SEALED_WITHIN = timedelta(minutes=10)
"""The clock seals every few seconds; what is older waits for a clock that doesn't run."""


def overdue(*, now: datetime) -> AuditEntry | None:
    """Return the oldest entry that should have been sealed by now. None where all are."""
    return AuditEntry.objects.filter(seal=None, at__lte=now - SEALED_WITHIN).order_by("pk").first()
