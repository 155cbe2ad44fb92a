"""`verify_consent`: exit codes, JSON, and records of the release before."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from newsletter.models import AuditEntry
from newsletter.seals.seal import seal_entries
from subscribers.audit_actions import ConsentAuditAction
from subscribers.evidence.chain import CONSENT
from subscribers.evidence.write import write_record
from subscribers.models import ConsentRecord, Topic

pytestmark = pytest.mark.django_db


def record(topic: Topic, **said: str) -> ConsentRecord:
    return ConsentRecord(
        digest="d" * 64,
        topic=topic,
        action="confirmed",
        method="form",
        given_at=timezone.now(),
        **said,
    )


def run(*options: str) -> str:
    out = StringIO()
    call_command("verify_consent", *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_it_says_how_much_it_checked_or_ends_with_1(topic: Topic) -> None:
    kept = write_record(record(topic))
    seal_entries(CONSENT)
    assert run() == "All 1 records under 1 seals are as written.\n"

    ConsentRecord.objects.update(action="accepted")
    out = StringIO()
    with pytest.raises(CommandError, match="not as it was written: 1 problem") as caught:
        call_command("verify_consent", "--json", stdout=out)
    assert caught.value.returncode == 1
    told = json.loads(out.getvalue())
    assert (told["records"], told["seals"]) == (1, 1)
    assert told["problems"][0]["place"] == f"record {kept.pk} (seal 1)"


def test_what_a_removed_database_lacks_is_accepted_once(topic: Topic) -> None:
    write_record(record(topic))
    seal_entries(CONSENT)
    ConsentRecord.objects.all().delete()
    CONSENT.seals._default_manager.all().delete()
    with pytest.raises(CommandError):
        run()

    assert run("--restored") == "All 0 records under 0 seals are as written.\n"
    assert AuditEntry.objects.get().action == ConsentAuditAction.RESTORED


def test_records_of_the_release_before_are_signed_on_demand_and_that_is_told(topic: Topic) -> None:
    record(topic, former_words="I agree.").save()
    with pytest.raises(CommandError):
        run()

    run("--adopt")
    assert ConsentRecord.objects.get().words == "I agree."
    told = AuditEntry.objects.get(action=ConsentAuditAction.ADOPTED)
    assert (told.object_label, told.actor_kind) == ("1 record", "operator")
    assert run("--adopt")
    assert AuditEntry.objects.count() == 1
