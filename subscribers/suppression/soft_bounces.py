"""Counting soft bounces: each email once, in a row that ends when mail arrives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from subscribers.models import SoftBounces

KEPT = 20
"""Emails of one address that are remembered, the latest. The limit is far below."""


@dataclass(frozen=True, slots=True)
class SoftBounce:
    """One soft bounce.

    Args:
        send: what was sent; however often and late a provider reports it, it counts once.
        at: when it bounced.
    """

    send: str
    at: datetime


def count_soft_bounces(
    bounces: Mapping[str, Iterable[SoftBounce]], arrivals: Mapping[str, datetime]
) -> set[str]:
    """Count soft bounces, and forget those before mail arrived.

    Both may be reported in any order.

    Args:
        bounces, arrivals: digest of the address → its bounces, and when mail last arrived there.

    Returns:
        The digests that have reached the limit.
    """
    digests = {*bounces, *arrivals}
    rows = SoftBounces.objects.select_for_update().filter(digest__in=digests).order_by("digest")
    known = {row.digest: row for row in rows}
    counted = {
        digest: _counted(known.get(digest), bounces.get(digest, ()), arrivals.get(digest))
        for digest in digests
    }
    over = [row.pk for digest, row in known.items() if not counted[digest]]
    if over:
        SoftBounces.objects.filter(pk__in=over).delete()
    changed = [_row(digest, counted[digest]) for digest in sorted(digests) if counted[digest]]
    if changed:
        SoftBounces.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["digest"],
            update_fields=["number", "sends", "first_at", "last_at"],
        )
    return {row.digest for row in changed if row.digest in bounces and _is_unread(row)}


def forget_soft_bounces(digest: str) -> None:
    """Forget the soft bounces of an address, because somebody knows that the mailbox is read."""
    SoftBounces.objects.filter(digest=digest).delete()


def _counted(
    row: SoftBounces | None, new: Iterable[SoftBounce], arrived: datetime | None
) -> dict[str, datetime]:
    """Return when each email that counts bounced, the earliest first."""
    times = {send: datetime.fromisoformat(at) for send, at in row.sends} if row else {}
    for bounce in new:
        times[bounce.send] = min(bounce.at, times.get(bounce.send, bounce.at))
    kept = [(send, at) for send, at in times.items() if arrived is None or at > arrived]
    return dict(sorted(kept, key=lambda one: (one[1], one[0]))[-KEPT:])


def _row(digest: str, counted: Mapping[str, datetime]) -> SoftBounces:
    times = list(counted.values())
    sends = [[send, at.isoformat()] for send, at in counted.items()]
    return SoftBounces(
        digest=digest, number=len(sends), sends=sends, first_at=times[0], last_at=times[-1]
    )


def _is_unread(row: SoftBounces) -> bool:
    return (
        row.number >= settings.SOFT_BOUNCE_LIMIT
        and row.last_at - row.first_at >= settings.SOFT_BOUNCE_PERIOD
    )
