"""Checks of tables that are sealed."""

import pytest

from newsletter.audit.record import record
from newsletter.audit_actions import CommandAction
from newsletter.models import AuditEntry
from tests.campaigns.reports.diagnostics.findings import found, to_mend

pytestmark = pytest.mark.django_db


def test_an_altered_audit_log_is_named_with_its_places() -> None:
    entries = [record(CommandAction.RAN, label=f"command {number}") for number in range(6)]
    assert to_mend("audit") == ""

    AuditEntry.objects.filter(pk__gte=entries[1].pk).update(actor_name="somebody else")

    named = [finding.message for finding in found("audit")]
    assert f"entry {entries[1].pk} (not sealed yet): it was altered" in named[0]
    assert named[-1] == "The audit log has more problems. Run: manage.py verify_audit"
    assert len(named) == 4
