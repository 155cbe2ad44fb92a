"""Doctor says how old the last backup is, once there ever was one."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from campaigns.audit_actions import BackupAction
from campaigns.reports.diagnostics.backups import backups
from campaigns.reports.diagnostics.finding import Level
from newsletter.audit.record import record
from tests.campaigns.reports.diagnostics.findings import told_by

pytestmark = pytest.mark.django_db


def test_where_no_backup_was_ever_made_nothing_is_said() -> None:
    assert list(backups(timezone.now())) == []


def test_one_of_last_night_is_named_and_one_of_two_nights_ago_is_an_error() -> None:
    at = record(BackupAction.MADE, label="2026-12-01T023000Z").at
    [finding] = told_by("backups", backups(at + timedelta(hours=36)))
    assert finding.level is Level.FINE
    assert "The last backup is 2026-12-01T023000Z" in finding.words
    [finding] = told_by("backups", backups(at + timedelta(hours=36, seconds=1)))
    assert finding.level is Level.MEND
    assert "more than 36 hours ago. See why: systemctl status convene-backup" in finding.words


def test_a_restore_that_was_cut_short_is_an_error(folder: Path) -> None:
    (folder / "restore.json").write_text(
        '{"backup": "2026-12-01T023000Z", "made_by": "0123", "has_database": true}'
    )
    [finding] = told_by("backups", backups(timezone.now()))
    assert finding.level is Level.MEND
    assert finding.words.endswith("manage.py restore DIR/2026-12-01T023000Z")
    (folder / "restore.json").write_text("torn")
    assert list(backups(timezone.now())) == []
