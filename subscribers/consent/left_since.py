"""Opt-outs since a moment: a link that is older than its owner's opt-out brings nobody back."""

from datetime import datetime

from subscribers.models import ConsentRecord, Suppression, Topic
from subscribers.states import ConsentAction


def has_left_since(digest: str, since: datetime, *, topic: Topic | None = None) -> bool:
    """Return whether the owner of an address has opted out after a moment, whatever came later.

    A suppression counts although it was lifted: the moment was before both.

    Args:
        digest: the keyed digest of the address.
        since: the moment, such as when a link was made.
        topic: the topic whose opt-outs count. None: any.
    """
    left = ConsentRecord.objects.filter(
        digest=digest, action=ConsentAction.UNSUBSCRIBED, recorded_at__gt=since
    )
    if topic is not None:
        left = left.filter(topic=topic)
    return left.exists() or Suppression.objects.filter(digest=digest, created_at__gt=since).exists()
