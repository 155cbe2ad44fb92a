"""The messages that wait in the outbox, in the order in which they are sent."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from newsletter.models import TransactionalMessage
from newsletter.states import MessageStatus


def due(now: datetime) -> QuerySet[TransactionalMessage]:
    """Select the messages that may be sent now."""
    return TransactionalMessage.objects.filter(
        Q(retry_at=None) | Q(retry_at__lte=now), status=MessageStatus.QUEUED
    )


def next_due(now: datetime, *, besides: Collection[int] = ()) -> QuerySet[TransactionalMessage]:
    """Select the messages that may be sent now, in the order of sending: by trust, then by arrival.

    So a flood of sign-ups, however large, stands behind what people wait for.

    Args:
        besides: ids that are left out.
    """
    waiting = due(now).exclude(pk__in=besides) if besides else due(now)
    return waiting.order_by("-trust", "id")
