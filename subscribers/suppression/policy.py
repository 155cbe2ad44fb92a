"""What suppressions mean: who may be written to, and who may lift what. The table of scopes stands in states.py."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from newsletter.states import BounceClass, EventKind
from subscribers.models import Suppression
from subscribers.states import LIFTED_BY_OPT_IN, SuppressionReason, SuppressionScope
from subscribers.suppression import soft_bounces
from subscribers.suppression.registry import lift, suppress_many


def may_receive_notices(digest: str) -> bool:
    """Whether single messages, such as a confirmation, may go to the address. Campaigns ask queries.suppressed instead."""
    return not Suppression.objects.filter(digest=digest, lifted_at=None, scope=SuppressionScope.ALL).exists()


def lift_by_opt_in(digest: str) -> int:
    """Lift what the person's own new, confirmed opt-in lifts.

    Returns:
        How many were lifted. A dead mailbox, "never again" and a block by staff stand.
    """
    return lift(digest, reasons=LIFTED_BY_OPT_IN)


def waits_for_opt_in_since(digest: str) -> datetime | None:
    """Since when the person gets no campaigns until they opt in anew; None where nothing of that kind stands."""
    rows = Suppression.objects.filter(digest=digest, lifted_at=None, reason__in=list(LIFTED_BY_OPT_IN))
    return rows.order_by("-created_at").values_list("created_at", flat=True).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxNews:
    """What a provider says of a mailbox, after somebody has made sure that it is about mail which we sent there.

    Args:
        kind, bounce_class: values of newsletter.states.EventKind and BounceClass.
        at: when it happened.
    """

    digest: str
    kind: str
    bounce_class: str
    at: datetime


def react(news: Iterable[MailboxNews]) -> None:
    """Suppress dead mailboxes and whoever complained; count soft bounces, and suppress where they don't end. In the caller's
    transaction, in a few statements however many there are.

    A block is about us, never about the reader: it has no consequence here.
    """
    hard, complained, soft, arrived = (
        dict[str, datetime](),
        dict[str, datetime](),
        defaultdict[str, list[datetime]](list),
        dict[str, datetime](),
    )
    for one in news:
        if one.kind in (EventKind.BOUNCED, EventKind.REJECTED) and one.bounce_class == BounceClass.HARD:
            hard[one.digest] = max(one.at, hard.get(one.digest, one.at))
        elif one.kind == EventKind.BOUNCED and one.bounce_class == BounceClass.SOFT:
            soft[one.digest].append(one.at)
        elif one.kind == EventKind.COMPLAINED:
            complained[one.digest] = max(one.at, complained.get(one.digest, one.at))
        elif one.kind == EventKind.DELIVERED:
            arrived[one.digest] = max(one.at, arrived.get(one.digest, one.at))
    if soft:
        reached = soft_bounces.count(soft)
        suppress_many({digest: max(soft[digest]) for digest in reached}, reason=SuppressionReason.SOFT_BOUNCES)
    if arrived:
        soft_bounces.forget(arrived)
    suppress_many(hard, reason=SuppressionReason.HARD_BOUNCE)
    suppress_many(complained, reason=SuppressionReason.COMPLAINT)
