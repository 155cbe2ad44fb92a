"""Retention of grants of need-to-know topics: KEEP_AUDIT after their end."""

from datetime import datetime

from django.conf import settings

from newsletter.retention.batches import BATCH, in_batches
from subscribers.models import TopicGrant


def forget_grants(now: datetime, *, batch: int = BATCH) -> int:
    """Delete grants of need-to-know topics, KEEP_AUDIT after their end."""
    due = TopicGrant.objects.filter(until__lt=now - settings.KEEP_AUDIT)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)
