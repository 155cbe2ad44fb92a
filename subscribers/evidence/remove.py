"""Removing consent records that no longer may be kept: their signatures stay, and the reason."""

from collections import defaultdict
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from newsletter.seals.digests import signing_key_id
from subscribers.evidence.signatures import removal_signature
from subscribers.models import ConsentRecord, ConsentRemoval

NEVER_CONFIRMED = "The sign-up was not confirmed."
IMPORT_UNDONE = "The import was undone."


def remove_records(rows: QuerySet[ConsentRecord], *, why: str, now: datetime | None = None) -> int:
    """Delete records, in the caller's transaction, and leave the traces that their seals need.

    What isn't sealed yet needs none.

    Args:
        rows: some thousand at most.
        why: the reason, which is kept for good.
        now: the present.

    Returns:
        How many were deleted.
    """
    # Locked, so that none of them is sealed at this moment.
    found = list(
        rows.select_for_update(of=("self",))
        .order_by("pk")
        .values_list("pk", "seal_id", "signature")
    )
    under = defaultdict[int, list[list[int | str]]](list)
    for pk, seal_id, signature in found:
        if seal_id is not None:
            under[seal_id].append([pk, signature])
    ConsentRemoval.objects.bulk_create(
        _removal(seal_id, records, why=why, at=now or timezone.now())
        for seal_id, records in sorted(under.items())
    )
    ConsentRecord.objects.filter(pk__any_of=[pk for pk, _, _ in found]).delete()
    return len(found)


def _removal(
    seal_id: int, records: list[list[int | str]], *, why: str, at: datetime
) -> ConsentRemoval:
    removal = ConsentRemoval(
        seal_id=seal_id, records=records, why=why, at=at, key_id=signing_key_id()
    )
    removal.signature = removal_signature(removal)
    return removal
