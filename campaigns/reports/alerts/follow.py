"""Following findings from look to look: which are new, which hold, which have been mended."""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.models import OpenFinding
from campaigns.reports.diagnostics.diagnose import Diagnosis
from campaigns.reports.diagnostics.finding import ON_HOST, Finding, Level
from newsletter.core.db.lock import lock_until_commit
from newsletter.core.without_addresses import without_addresses

LOOKS_OF_A_WARNING = 2
"""At one look alone, a warning may be a short disturbance."""
APART = timedelta(seconds=25)
"""Two looks within less are one: one that takes long may still be under way at the next."""
GONE = timedelta(hours=2)
"""A host that has looked at itself for so long no more is no part of the installation any more."""
OPEN_FINDINGS = "open findings"
"""The lock of whoever changes them."""


@transaction.atomic
def follow(diagnosis: Diagnosis, *, now: datetime | None = None) -> None:
    """Note what one run of checks found, and what it finds no more.

    Args:
        diagnosis: of some checks; nothing is concluded about the others.
    """
    now = now or timezone.now()
    lock_until_commit(OPEN_FINDINGS)
    known = {each.key: each for each in OpenFinding.objects.all()}
    found = _worst_by_key(diagnosis.findings)
    for key, finding in found.items():
        if (row := known.get(key)) is None:
            _open(key, finding, now)
        else:
            _look_again(row, finding, now)
    for key, row in known.items():
        if _is_looked_at(row, diagnosis, now) and key not in found and row.mended_at is None:
            row.mended_at = now
            row.save(update_fields=["mended_at"])


def _is_looked_at(row: OpenFinding, diagnosis: Diagnosis, now: datetime) -> bool:
    """Return whether these checks would have found it again."""
    if row.check_name not in diagnosis.checks:
        return False
    where = row.key.partition(":")[0]
    here = f"{row.check_name}{ON_HOST}{os.uname().nodename}"
    is_elsewhere = where not in (row.check_name, here)
    return not is_elsewhere or now - row.looked_at > GONE


def _worst_by_key(findings: Iterable[Finding]) -> dict[str, Finding]:
    worst: dict[str, Finding] = {}
    for finding in findings:
        key = without_addresses(finding.key)[:250]
        if finding.level is not Level.FINE and (
            key not in worst or finding.level is Level.MEND is not worst[key].level
        ):
            worst[key] = finding
    return worst


def _open(key: str, finding: Finding, now: datetime) -> None:
    OpenFinding.objects.create(
        key=key,
        check_name=finding.check,
        level=finding.level,
        words=without_addresses(finding.words),
        since=finding.since,
        seen_at=now,
        looked_at=now,
    )


def _look_again(row: OpenFinding, finding: Finding, now: datetime) -> None:
    is_another_look = now - row.looked_at >= APART
    if row.mended_at is not None and not row.told:
        row.looks, row.seen_at = 0, now  # it was a disturbance, and this is another
        is_another_look = True
    row.looks += is_another_look
    row.level, row.since = finding.level, finding.since
    row.words = without_addresses(finding.words)
    row.mended_at = None
    if is_another_look:
        row.looked_at = now
    row.save(
        update_fields=["looks", "seen_at", "level", "since", "words", "mended_at", "looked_at"]
    )


def ripe() -> QuerySet[OpenFinding]:
    """Select findings that are there and have held for long enough to be told."""
    holds = Q(level=Level.MEND) | Q(looks__gte=LOOKS_OF_A_WARNING)
    return OpenFinding.objects.filter(holds, mended_at=None).order_by("seen_at", "pk")


def mended(*, now: datetime) -> QuerySet[OpenFinding]:
    """Select findings that were told, and weren't there at the last look of their check."""
    return OpenFinding.objects.filter(mended_at__lte=now - APART).exclude(told={}).order_by("pk")


def forget_mended(channels: Iterable[str], *, now: datetime) -> None:
    """Delete findings that are no more, and of which every channel that told them said so.

    Args:
        channels: those that are set up. What another one has told, nobody waits for.
    """
    for row in OpenFinding.objects.filter(mended_at__lte=now - APART):
        if not set(row.told) & set(channels):
            row.delete()


def is_content() -> bool:
    """Return whether nothing serious is wrong, as far as the last looks tell."""
    return not OpenFinding.objects.filter(level=Level.MEND, mended_at=None).exists()
