"""Commands that change something are recorded with the operator's name."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import CommandError

from newsletter.audit_actions import CommandAction
from newsletter.management.operator_command import OperatorCommand
from newsletter.models import AuditEntry
from subscribers.audit_actions import ListAction
from subscribers.models import Subscriber, Topic
from tests.staff_members import run_by

OURS = {"campaigns", "subscribers", "newsletter", "staff"}
READING = {
    "campaign_status", "doctor", "verify_audit", "verify_consent", "fold_provider_events",
    "version",
}  # fmt: skip
"""Commands that change nothing, or do only what the clock does."""


def test_each_command_of_ours_is_recorded_or_changes_nothing() -> None:
    recorded = {
        name
        for name, app in get_commands().items()
        if app in OURS and isinstance(load_command_class(str(app), name), OperatorCommand)
    }
    ours = {name for name, app in get_commands().items() if app in OURS}
    assert ours - recorded == READING


@pytest.mark.django_db
def test_django_s_commands_for_accounts_are_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("createsuperuser", "--noinput", username="root", email="", stdout=StringIO())
    monkeypatch.setattr("getpass.getpass", lambda prompt: "correct horse battery staple")
    call_command("changepassword", "root", stdout=StringIO())

    recorded = AuditEntry.objects.order_by("pk").values_list("object_label", flat=True)
    assert list(recorded) == ["createsuperuser", "changepassword"]


@pytest.mark.django_db
def test_an_export_is_recorded_with_operator_topic_and_number_of_rows(
    ada: Subscriber, topic: Topic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_by(monkeypatch, "sam")
    call_command("export_subscribers", "--output", str(tmp_path / "x.csv"), stdout=StringIO())

    ran, exported = AuditEntry.objects.order_by("pk")
    assert (ran.action, ran.object_label) == (CommandAction.RAN, "export_subscribers")
    assert {ran.actor_name, exported.actor_name} == {"sam (command line)"}
    assert exported.action == ListAction.EXPORTED
    assert exported.details == {"statuses": [], "rows": 1}


@pytest.mark.django_db
def test_a_command_that_fails_is_recorded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError):
        call_command("undo_import", "7", stdout=StringIO())

    told = [(each.action, each.object_label, each.details) for each in AuditEntry.objects.all()]
    assert told == [
        (CommandAction.RAN, "undo_import", {"id": 7}),
        (CommandAction.FAILED, "undo_import", {"id": 7}),
    ]
