"""Checks of backups: the age of the last one, and a restore that was cut short."""

from datetime import datetime, timedelta

from campaigns.audit_actions import BackupAction
from campaigns.backups.unfinished import unfinished_restore
from campaigns.reports.diagnostics.finding import Found, Level, Said
from newsletter.models import AuditEntry

OLDEST = timedelta(hours=36)
"""A night's backup may be late by half a day, and not by a whole one."""


def backups(now: datetime) -> Found:
    """Check that backups go on being made, where one ever was, and that no restore waits.

    The audit log has each. Of a restored database it has those before the backup.
    """
    unfinished = unfinished_restore()
    if unfinished is not None:
        yield Said(
            Level.MEND,
            f"The restore of the backup {unfinished.backup} was cut short. Stop all processes, and "
            f"run the same command again: manage.py restore DIR/{unfinished.backup}",
            "restore",
        )
    last = AuditEntry.objects.filter(action=BackupAction.MADE).order_by("-pk").first()
    if last is None:
        return
    if now - last.at > OLDEST:
        yield Said(
            Level.MEND,
            f"The last backup is of {last.at:%-d %B %Y, %H:%M} UTC, more than "
            f"{OLDEST // timedelta(hours=1)} hours ago. See why: systemctl status convene-backup",
            "age",
            last.at,
        )
    else:
        yield (
            Level.FINE,
            f"The last backup is {last.object_label}, of {last.at:%-d %B %Y, %H:%M} UTC.",
        )
