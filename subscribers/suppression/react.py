"""What follows from news of a mailbox: who isn't written to any more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from newsletter.states import BounceClass, EventKind
from subscribers.states import SuppressionReason
from subscribers.suppression import soft_bounces
from subscribers.suppression.registry import suppress_many


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


class _Sign(Enum):
    DEAD = auto()
    FULL = auto()
    COMPLAINED = auto()
    ALIVE = auto()


# By kind and bounce class. What is absent has no consequence: a block is about us, never about the reader.
_SIGNS: Mapping[tuple[str, str], _Sign] = {
    (EventKind.BOUNCED, BounceClass.HARD): _Sign.DEAD,
    (EventKind.REJECTED, BounceClass.HARD): _Sign.DEAD,
    (EventKind.BOUNCED, BounceClass.SOFT): _Sign.FULL,
    (EventKind.COMPLAINED, ""): _Sign.COMPLAINED,
    (EventKind.DELIVERED, ""): _Sign.ALIVE,
}


def react(news: Iterable[MailboxNews]) -> None:
    """Suppress dead mailboxes and whoever complained; count soft bounces, and suppress where they don't end. In the caller's
    transaction, in a few statements however many there are.
    """
    times: dict[_Sign, defaultdict[str, list[datetime]]] = {sign: defaultdict(list) for sign in _Sign}
    for one in news:
        sign = _SIGNS.get((one.kind, one.bounce_class))
        if sign is not None:
            times[sign][one.digest].append(one.at)
    latest = {sign: {digest: max(when) for digest, when in by_digest.items()} for sign, by_digest in times.items()}
    if times[_Sign.FULL]:
        unread = soft_bounces.count(times[_Sign.FULL])
        suppress_many({digest: latest[_Sign.FULL][digest] for digest in unread}, reason=SuppressionReason.SOFT_BOUNCES)
    if latest[_Sign.ALIVE]:
        soft_bounces.forget(latest[_Sign.ALIVE])
    suppress_many(latest[_Sign.DEAD], reason=SuppressionReason.HARD_BOUNCE)
    suppress_many(latest[_Sign.COMPLAINED], reason=SuppressionReason.COMPLAINT)
