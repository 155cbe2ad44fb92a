"""The ledger of addresses that must not be written to."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from subscribers.models import Suppression
from subscribers.states import SCOPE_OF_REASON, SuppressionReason


@transaction.atomic
def suppress(digest: str, *, reason: SuppressionReason, note: str = "") -> Suppression:
    """Suppress an address for `reason`, with the scope that the reason has. Where that stands already, it stays as it is.

    Args:
        digest: the keyed digest of the address; its owner need not be known.
    """
    suppression, _ = Suppression.objects.get_or_create(
        digest=digest, reason=reason, lifted_at=None, defaults={"scope": SCOPE_OF_REASON[reason], "note": note[:300]}
    )
    return suppression


@transaction.atomic
def lift(digest: str, *, reasons: Collection[SuppressionReason], by: str = "") -> int:
    """Lift the active suppressions of an address that stand for one of `reasons`. Their rows stay, as history.

    Args:
        by: the member of staff; empty for the person's own opt-in.

    Returns:
        How many were lifted.
    """
    rows = Suppression.objects.filter(digest=digest, reason__in=list(reasons), lifted_at=None)
    return rows.update(lifted_at=timezone.now(), lifted_by=by[:150])


def active(digest: str) -> list[Suppression]:
    """The suppressions that stand against an address, oldest first."""
    return list(Suppression.objects.filter(digest=digest, lifted_at=None).order_by("id"))
