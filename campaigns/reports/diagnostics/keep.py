"""Keeping what the checks found, so that the dashboard can tell without running them."""

from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.models import KeptFindings
from campaigns.models.kept_findings import THE_FINDINGS
from campaigns.reports.diagnostics.diagnose import diagnose
from campaigns.reports.diagnostics.finding import Finding, Level

EVERY = timedelta(minutes=30)
"""The clock's pause between two runs."""
LEFT_OUT = frozenset(
    {"reach", "images", "messages", "need-to-know", "discreet", "sign-up", "uncertain", "paused"}
)
"""Checks that are not run for the dashboard.

The first two try other people's servers, which the clock needn't do all day. What a mail server
answered to a single message may name somebody: the operator reads it in `doctor`. Of the others
the dashboard tells by itself, to each account what it may know.
"""


def keep_findings(*, now: datetime | None = None) -> int:
    """Run the checks, and keep what isn't fine.

    Returns:
        The number of findings that are kept.
    """
    now = now or timezone.now()
    found = [
        each.as_dict()
        for each in diagnose(now=now, left_out=LEFT_OUT)
        if each.level is not Level.FINE
    ]
    KeptFindings.objects.update_or_create(
        pk=THE_FINDINGS, defaults={"findings": found, "checked_at": now}
    )
    return len(found)


def kept_findings() -> tuple[list[Finding], datetime | None]:
    """Return what was found when the checks last ran, and when; None: they never did."""
    kept = KeptFindings.objects.filter(pk=THE_FINDINGS).first()
    if kept is None:
        return [], None
    found = [
        Finding(each["check"], Level(each["level"]), each["message"]) for each in kept.findings
    ]
    return sorted(found, key=lambda each: each.level is not Level.MEND), kept.checked_at
