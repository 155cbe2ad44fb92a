"""Keeping what the checks found, so that the dashboard can tell without running them."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from campaigns.models import KeptFindings
from campaigns.models.kept_findings import LAST_TURN, OF_LONG_CHECKS, THE_FINDINGS
from campaigns.reports.diagnostics.diagnose import QUICK, TAKE_LONGER, Diagnosis, run
from campaigns.reports.diagnostics.finding import Finding, Level, Said
from campaigns.reports.diagnostics.processes import processes
from newsletter.core.db.clock import database_now
from newsletter.core.outbound.reach import PUBLIC, Reach

EVERY = timedelta(seconds=30)
"""Between two runs of the quick checks, whoever runs them."""
EVERY_LONG = timedelta(minutes=30)
"""Between two runs of those that ask other people's servers, or read much."""
LEFT_OUT = frozenset(
    {"messages", "need-to-know", "discreet", "processes", "sign-up", "uncertain", "paused"}
)
"""Checks of which the dashboard shows nothing.

What a mail server answered to a single message may name somebody: the operator reads it in
`doctor`. Of the others the dashboard tells by itself, to each account what it may know.
Which processes are missing is told as it is read, also where none is left to run the checks.
"""


def take_turn() -> bool:
    """Return whether it is time to look, and nobody else has begun to.

    Any process may look. Whoever began and was killed is followed by another, half a minute later.
    """
    now = database_now()
    last = KeptFindings.objects.filter(pk=LAST_TURN)
    free = Q(checked_at__lte=now - EVERY) | Q(checked_at__gt=now + EVERY)
    if last.filter(free).update(checked_at=now):
        return True
    _, is_first = KeptFindings.objects.get_or_create(pk=LAST_TURN, defaults={"checked_at": now})
    return is_first


def keep_findings(*, now: datetime | None = None, reach: Reach = PUBLIC) -> Diagnosis:
    """Run the quick checks, and keep what isn't fine.

    Args:
        reach: as of `diagnose`.
    """
    return _keep(THE_FINDINGS, run(QUICK, now=now, reach=reach), now or timezone.now())


def keep_long_findings(*, now: datetime | None = None, reach: Reach = PUBLIC) -> Diagnosis:
    """Run the checks that take longer, and keep what isn't fine.

    Args:
        reach: as of `diagnose`.
    """
    diagnosis = run(TAKE_LONGER, now=now, reach=reach)
    return _keep(OF_LONG_CHECKS, diagnosis, now or timezone.now())


def _keep(row: int, diagnosis: Diagnosis, now: datetime) -> Diagnosis:
    found = [
        {"check": each.check, "level": each.level, "message": each.message}
        for each in diagnosis.findings
        if each.level is not Level.FINE and each.check not in LEFT_OUT
    ]
    KeptFindings.objects.update_or_create(pk=row, defaults={"findings": found, "checked_at": now})
    return diagnosis


def kept_findings() -> tuple[list[Finding], datetime | None]:
    """Return what was found when the checks last ran, and when; None: they never did."""
    rows = KeptFindings.objects.in_bulk([THE_FINDINGS, OF_LONG_CHECKS])
    if THE_FINDINGS not in rows:
        return [], None
    # Whether the database answers is looked at by both.
    found = {
        (each["check"], each["message"]): Finding(
            each["check"], Level(each["level"]), each["message"]
        )
        for row in rows.values()
        for each in row.findings
    }
    by_level = sorted(found.values(), key=lambda each: each.level is not Level.MEND)
    return by_level, rows[THE_FINDINGS].checked_at


def missing_processes() -> list[Finding]:
    """Return what is wrong with the processes at this moment."""
    found = [Finding("processes", *Said(*each)) for each in processes()]
    return [each for each in found if each.level is not Level.FINE]
