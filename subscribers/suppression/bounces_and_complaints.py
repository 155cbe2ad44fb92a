"""Bounces and complaints: which of them suppress an address, and when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from newsletter.states import BounceClass, ProviderEventKind
from subscribers.models import Subscriber
from subscribers.states import SuppressionReason
from subscribers.suppression import soft_bounces
from subscribers.suppression.registry import suppress_many
from subscribers.suppression.soft_bounces import SoftBounce


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxNews:
    """A provider's news of a mailbox, about mail that is certainly ours.

    Args:
        kind, bounce_class: values of newsletter.states.ProviderEventKind and BounceClass.
        at: when it happened.
        send: what was sent, such as a delivery; soft bounces are counted by it.
        arrived_at: when mail sent before that arrived there, as far as can be told without anybody
            saying so.
    """

    digest: str
    kind: str
    bounce_class: str
    at: datetime
    send: str
    arrived_at: datetime | None = None


class _Sign(Enum):
    DEAD = auto()
    FULL = auto()
    COMPLAINED = auto()
    ALIVE = auto()


# By kind and bounce class. What is absent has no consequence: a block is about us, never about the
# recipient.
_SIGNS: Mapping[tuple[str, str], _Sign] = {
    (ProviderEventKind.BOUNCED, BounceClass.HARD): _Sign.DEAD,
    (ProviderEventKind.REJECTED, BounceClass.HARD): _Sign.DEAD,
    (ProviderEventKind.BOUNCED, BounceClass.SOFT): _Sign.FULL,
    (ProviderEventKind.COMPLAINED, ""): _Sign.COMPLAINED,
    (ProviderEventKind.DELIVERED, ""): _Sign.ALIVE,
}


def suppress_mailboxes(news: Iterable[MailboxNews]) -> None:
    """Suppress dead mailboxes and people who complained, and count soft bounces.

    Soft bounces that don't end are suppressed, too. It runs in the caller's transaction, in a few
    statements however many there are.
    """
    times: dict[_Sign, defaultdict[str, list[datetime]]] = {
        sign: defaultdict(list) for sign in _Sign
    }
    full = defaultdict[str, list[SoftBounce]](list)
    for one in news:
        sign = _SIGNS.get((one.kind, one.bounce_class))
        if sign is None:
            continue
        times[sign][one.digest].append(one.at)
        if sign is _Sign.FULL:
            full[one.digest].append(SoftBounce(one.send, one.at))
            if one.arrived_at is not None:
                times[_Sign.ALIVE][one.digest].append(one.arrived_at)
    latest = {
        sign: {digest: max(when) for digest, when in by_digest.items()}
        for sign, by_digest in times.items()
    }
    if full or latest[_Sign.ALIVE]:
        unread = soft_bounces.count_soft_bounces(full, latest[_Sign.ALIVE])
        suppress_many(
            {digest: latest[_Sign.FULL][digest] for digest in unread},
            reason=SuppressionReason.SOFT_BOUNCES,
        )
    suppress_many(latest[_Sign.DEAD], reason=SuppressionReason.HARD_BOUNCE)
    complained = latest[_Sign.COMPLAINED]
    # Whoever complains of an email to the address of a record that was merged means all of ours.
    merged = Subscriber.objects.filter(digest__in=complained, merged_into__isnull=False)
    pairs = merged.values_list("digest", "merged_into__digest") if complained else ()
    people = {str(kept): complained[digest] for digest, kept in pairs}
    suppress_many({**people, **complained}, reason=SuppressionReason.COMPLAINT)
