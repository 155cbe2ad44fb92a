"""Opt-outs since a moment: a link that is older than its owner's opt-out brings nobody back."""

from datetime import datetime

from django.db.models import QuerySet

from newsletter.core.db.kept_query import KeptQuery, Parameter
from subscribers.models import ConsentRecord, Suppression
from subscribers.states import ConsentAction


def has_left_since(digest: str, since: datetime, *, topic_id: int | None = None) -> bool:
    """Return whether the owner of an address has opted out after a moment, whatever came later.

    A suppression counts although it was lifted: the moment was before both.

    Args:
        digest: the keyed digest of the address.
        since: the moment, such as when a link was made.
        topic_id: of the topic whose opt-outs count. None: any.
    """
    left = (
        _LEFT.rows(digest, since) if topic_id is None else _LEFT_TOPIC.rows(digest, since, topic_id)
    )
    return bool(left or _SUPPRESSED.rows(digest, since))


def _opt_outs(digest: Parameter, since: Parameter) -> QuerySet[ConsentRecord]:
    return ConsentRecord.objects.filter(
        digest=digest, action=ConsentAction.UNSUBSCRIBED, recorded_at__gt=since
    ).only("pk")


_LEFT = KeptQuery(lambda digest, since: _opt_outs(digest, since)[:1], values=2)
_LEFT_TOPIC = KeptQuery(
    lambda digest, since, topic: _opt_outs(digest, since).filter(topic_id=topic)[:1], values=3
)
_SUPPRESSED = KeptQuery(
    lambda digest, since: Suppression.objects.filter(digest=digest, created_at__gt=since).only(
        "pk"
    )[:1],
    values=2,
)
