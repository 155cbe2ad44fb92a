"""Counting soft bounces: a limit, a time over which they must have come, and decay."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings

from subscribers.models import SoftBounces


def count(bounces: Mapping[str, Sequence[datetime]]) -> set[str]:
    """Count soft bounces. One that isn't newer than the last counted is known already, or late, and doesn't count.

    Args:
        bounces: digest of the address → when.

    Returns:
        The digests that have reached the limit.
    """
    rows = {row.digest: row for row in SoftBounces.objects.select_for_update().filter(digest__in=bounces).order_by("digest")}
    reached = set()
    for digest, times in bounces.items():
        for when in sorted(times):
            row = rows.get(digest)
            if row is None or row.last_at < when - settings.KEEP_SOFT_BOUNCES:
                rows[digest] = SoftBounces(pk=row.pk if row else None, digest=digest, number=1, first_at=when, last_at=when)
            elif row.last_at < when:
                row.number, row.last_at = min(row.number + 1, 1_000), when
        row = rows[digest]
        if row.number >= settings.SOFT_BOUNCE_LIMIT and row.last_at - row.first_at >= settings.SOFT_BOUNCE_PERIOD:
            reached.add(digest)
    SoftBounces.objects.bulk_create(
        [
            SoftBounces(digest=digest, number=rows[digest].number, first_at=rows[digest].first_at, last_at=rows[digest].last_at)
            for digest in sorted(bounces)
        ],
        update_conflicts=True,
        unique_fields=["digest"],
        update_fields=["number", "first_at", "last_at"],
    )
    return reached


def forget(deliveries: Mapping[str, datetime]) -> int:
    """Mail has arrived, so what was counted before is over.

    Args:
        deliveries: digest of the address → when mail last arrived.

    Returns:
        How many counts were deleted.
    """
    rows = SoftBounces.objects.filter(digest__in=deliveries).values_list("pk", "digest", "last_at")
    over = [pk for pk, digest, last_at in rows if last_at <= deliveries[digest]]
    return SoftBounces.objects.filter(pk__in=over).delete()[0] if over else 0
