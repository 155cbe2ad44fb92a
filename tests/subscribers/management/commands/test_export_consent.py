"""`export_consent`: evidence on the command line."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from newsletter.models import AuditEntry
from subscribers.audit_actions import ConsentAuditAction
from subscribers.consent.preferences import choose_topics
from subscribers.models import Subscriber, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def agreed(ada: Subscriber, topic: Topic, other_topic: Topic) -> None:
    choose_topics(ada.pk, topics=[topic, other_topic], words="I agree.")


def run(*options: str) -> dict[str, object]:
    out = StringIO()
    call_command("export_consent", *options, stdout=out, stderr=StringIO())
    found: dict[str, object] = json.loads(out.getvalue())
    return found


def test_one_person(ada: Subscriber) -> None:
    found = run("--address", ada.email)
    assert found["count"] == 2
    entry = AuditEntry.objects.get(action=ConsentAuditAction.EXPORTED)
    assert (entry.object_label, entry.actor_kind) == ("one person", "operator")


def test_a_topic_between_two_days(other_topic: Topic, tmp_path: Path) -> None:
    today = str(timezone.now().date())
    days = ["--since", today, "--until", today]
    assert run("--topic", other_topic.slug, *days)["count"] == 2

    file = tmp_path / "evidence.json"
    call_command(
        "export_consent", "--topic", other_topic.slug, *days, "--output", str(file),
        stdout=StringIO(), stderr=StringIO(),
    )  # fmt: skip
    assert json.loads(file.read_text(encoding="utf-8"))["count"] == 2
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "options",
    [
        ["--address", "no address"],
        ["--address", "ada@example.nz", "--since", "2026-01-01"],
        ["--topic", "forums"],
        ["--topic", "nowhere", "--since", "2026-01-01", "--until", "2026-01-02"],
        ["--topic", "forums", "--since", "2026-01-02", "--until", "2026-01-01"],
        ["--topic", "forums", "--since", "yesterday", "--until", "2026-01-01"],
        [],
    ],
)
def test_what_makes_no_sense_is_refused(options: list[str]) -> None:
    with pytest.raises(CommandError):
        run(*options)
    assert not AuditEntry.objects.filter(action=ConsentAuditAction.EXPORTED).exists()
