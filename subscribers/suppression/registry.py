"""The registry of addresses that must not be written to."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from newsletter.audit.record import record
from subscribers.audit_actions import SuppressionAction
from subscribers.models import Subscriber, Suppression
from subscribers.opt_outs import journal
from subscribers.opt_outs.entry import Entry, EntryKind
from subscribers.states import SCOPE_OF_REASON, SuppressionReason
from subscribers.suppression import soft_bounces


class OnlyByOptIn(ValueError):
    """The suppression is a person's own word, which only their own new opt-in takes back."""


@transaction.atomic
def suppress(digest: str, *, reason: SuppressionReason, note: str = "") -> Suppression:
    """Suppress an address for `reason`, with the scope that the reason has.

    A suppression that stands already stays as it is.

    Args:
        digest: the keyed digest of the address; its owner need not be known.
    """
    suppression, is_new = Suppression.objects.get_or_create(
        digest=digest,
        reason=reason,
        lifted_at=None,
        defaults={"scope": SCOPE_OF_REASON[reason], "note": note[:300]},
    )
    if is_new:
        journal.note(
            [Entry(EntryKind.MAIL, suppression.created_at, digest, reason)],
            now=suppression.created_at,
        )
        if reason is SuppressionReason.STAFF:
            record(SuppressionAction.ADDED, suppression, label=f"suppression {suppression.pk}")
    return suppression


@transaction.atomic
def suppress_many(
    since: Mapping[str, datetime],
    *,
    reason: SuppressionReason,
    note: str = "",
    may_be_taken_back: bool = False,
) -> set[str]:
    """Suppress many addresses for `reason`, in a few statements.

    Suppressions that stand already stay as they are.

    Args:
        since: digest of the address → when what justifies it happened. A suppression for this
            reason that was lifted after that is not renewed, because it was lifted in the knowledge
            of it.
        may_be_taken_back: whether the caller's transaction may be only a trial.

    Returns:
        The digests of those that are newly suppressed.
    """
    if not since:
        return set()
    stand = Suppression.objects.filter(digest__in=since, reason=reason).values_list(
        "digest", "lifted_at"
    )
    known = {
        digest for digest, lifted_at in stand if lifted_at is None or lifted_at >= since[digest]
    }
    new = [digest for digest in sorted(since) if digest not in known]
    rows = [
        Suppression(digest=digest, reason=reason, scope=SCOPE_OF_REASON[reason], note=note[:300])
        for digest in new
    ]
    Suppression.objects.bulk_create(rows, ignore_conflicts=True)
    now = timezone.now()
    journal.note(
        [Entry(EntryKind.MAIL, now, digest, reason) for digest in new],
        now=now,
        once_committed=may_be_taken_back,
    )
    return set(new)


@transaction.atomic
def lift(
    digest: str, *, reasons: Collection[SuppressionReason], by: str = "", note: str = ""
) -> int:
    """Lift the active suppressions of an address that stand for one of `reasons`.

    Their rows stay, as history.

    Args:
        by: the member of staff; empty for the person's own opt-in.
        note: why staff did it.

    Returns:
        How many were lifted.
    """
    if SuppressionReason.SOFT_BOUNCES in reasons:
        soft_bounces.forget_soft_bounces(digest)
    if SuppressionReason.DECEASED in reasons:
        Subscriber.objects.filter(digest=digest).update(died_on=None)
    if SuppressionReason.MERGED in reasons:
        # Its owner can sign up again, as a person of their own.
        Subscriber.objects.filter(digest=digest).update(merged_into=None)
    rows = Suppression.objects.filter(digest=digest, reason__in=list(reasons), lifted_at=None)
    return rows.update(lifted_at=timezone.now(), lifted_by=by[:150], lift_note=note[:300])


@transaction.atomic
def lift_one(suppression_id: int, *, by: str, note: str) -> bool:
    """Lift one suppression, and none that came after it for the same reason.

    Args:
        by: the member of staff.
        note: why.

    Returns:
        Whether this call did; False where it was lifted before.

    Raises:
        OnlyByOptIn: the person opted out themselves.
    """
    row = Suppression.objects.select_for_update().filter(pk=suppression_id, lifted_at=None).first()
    if row is None:
        return False
    if not row.is_for_staff_to_lift:
        raise OnlyByOptIn
    lift(row.digest, reasons=[SuppressionReason(row.reason)], by=by, note=note)
    record(SuppressionAction.LIFTED, row, label=f"suppression {row.pk}", reason=row.reason)
    return True


def is_blocked_by_staff(digest: str) -> bool:
    """Return whether a block by staff stands against an address."""
    return Suppression.objects.filter(
        digest=digest, reason=SuppressionReason.STAFF, lifted_at=None
    ).exists()


def active(digest: str) -> list[Suppression]:
    """Return the suppressions that stand against an address, oldest first."""
    return list(Suppression.objects.filter(digest=digest, lifted_at=None).order_by("id"))
