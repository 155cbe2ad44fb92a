"""Checks that this database is the newest one, and that opt-outs would outlive a restore."""

from datetime import datetime, timedelta

from campaigns.reports.diagnostics.finding import Found, Level, Said
from newsletter.epoch.hold import held
from subscribers.opt_outs import journal


def restored(now: datetime) -> Found:
    """Check that this database is no older copy of itself."""
    if hold := held(now=now):
        yield Level.MEND, str(hold)


def opt_outs(now: datetime) -> Found:
    """Check that this host's opt-out journal is complete for the last month."""
    for which, problem in journal.trouble(since=now - timedelta(days=31)):
        yield Said(Level.MEND, problem, which)
