"""The meaning of suppressions: who may be written to, and who may lift which.

The table of scopes stands in states.py.
"""

from datetime import datetime

from newsletter.core.db.kept_query import KeptQuery
from subscribers.models import Suppression
from subscribers.states import LIFTED_BY_OPT_IN, SuppressionScope
from subscribers.suppression.registry import lift


def may_receive_notices(digest: str) -> bool:
    """Return whether single messages, such as a confirmation, may go to the address.

    Sending asks queries.suppressed instead.
    """
    return not _CLOSED.rows(digest)


_CLOSED = KeptQuery(
    lambda digest: Suppression.objects.filter(
        digest=digest, lifted_at=None, scope=SuppressionScope.ALL
    ).only("pk")[:1],
    values=1,
)


def may_receive_campaigns(digest: str) -> bool:
    """Return whether campaigns may go to the address, if it follows a topic."""
    return not _STANDING.rows(digest)


_STANDING = KeptQuery(
    lambda digest: Suppression.objects.filter(digest=digest, lifted_at=None).only("pk")[:1],
    values=1,
)


def lift_by_opt_in(digest: str) -> int:
    """Lift what the person's own new, confirmed opt-in lifts.

    Returns:
        How many were lifted. A dead mailbox, "never again" and a block by staff stand.
    """
    return lift(digest, reasons=LIFTED_BY_OPT_IN)


_WAITING = KeptQuery(
    lambda digest: Suppression.objects.filter(
        digest=digest, lifted_at=None, reason__in=list(LIFTED_BY_OPT_IN)
    ).order_by("-created_at", "-id")[:1],
    values=1,
)


def waits_for_opt_in(digest: str) -> Suppression | None:
    """Return why the person gets no campaigns until they opt in anew: the newest such reason."""
    return _WAITING.first(digest)


def waits_for_opt_in_since(digest: str) -> datetime | None:
    """Return since when the person gets no campaigns until they opt in anew, or None."""
    suppression = waits_for_opt_in(digest)
    return suppression.created_at if suppression else None
