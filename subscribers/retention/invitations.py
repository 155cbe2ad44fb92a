"""Retention of invitations to topics: KEEP_INVITATIONS."""

from datetime import datetime

from django.conf import settings

from newsletter.retention.batches import BATCH, in_batches
from subscribers.models import TopicInvitation


def forget_invitations(now: datetime, *, batch: int = BATCH) -> int:
    """Delete invitations to topics, accepted or not, after KEEP_INVITATIONS."""
    due = TopicInvitation.objects.filter(created_at__lt=now - settings.KEEP_INVITATIONS)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)
