"""Whoever alters the log in the database is found, with the place."""

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from newsletter.audit.actor import ActorKind
from newsletter.audit.chain import AUDIT_LOG
from newsletter.audit.record import record
from newsletter.audit.restored import accept_restored
from newsletter.audit_actions import AuditLogAction, CommandAction
from newsletter.models import AuditEntry, AuditSeal
from newsletter.retention.forget_audit import empty_audit_entries
from newsletter.seals.memory import remembered, seal_file
from newsletter.seals.seal import runs, seal_entries
from newsletter.seals.verify import verify, verify_newest

pytestmark = pytest.mark.django_db


def sql(statement: str, *parameters: int | str | datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def problems() -> list[str]:
    return [str(problem) for problem in verify(AUDIT_LOG)]


@pytest.fixture
def log() -> list[int]:
    """Nine entries under three seals; their ids."""
    for seal in range(3):
        for number in range(3):
            record(CommandAction.RAN, label=f"command {seal}.{number}", number=number)
        assert seal_entries(AUDIT_LOG) == 3
    assert problems() == []
    return list(AuditEntry.objects.order_by("pk").values_list("pk", flat=True))


ALTERED = {
    "action": "'campaign.launched'",
    "actor_name": "'somebody else'",
    "actor_id": "12",
    "network": "'192.0.2.0/24'",
    "object_id": "'7'",
    "topic_id": "7",
    "at": "'2026-01-01 00:00:00+00:00'",
    "salt": "'0'",
    "digest": "'0'",
    "details": "'{}'",
}


@pytest.mark.parametrize("column", ALTERED)
def test_an_altered_entry_is_found(log: list[int], column: str) -> None:
    sql(f"UPDATE newsletter_auditentry SET {column} = {ALTERED[column]} WHERE id = %s", log[4])

    found = problems()
    assert f"entry {log[4]} (seal 2): it was altered, or not written by Convene." in found


def test_a_removed_entry_is_found(log: list[int]) -> None:
    sql("DELETE FROM newsletter_auditentry WHERE id = %s", log[4])

    assert f"entry {log[4]} (seal 2): missing." in problems()


def test_the_first_and_the_last_entry_of_all_are_missed_too(log: list[int]) -> None:
    sql("DELETE FROM newsletter_auditentry WHERE id IN (%s, %s)", log[0], log[-1])

    assert problems() == [
        f"entry {log[0]} (seal 1): missing.",
        f"entry {log[-1]} (seal 3): missing.",
    ]


@pytest.mark.parametrize("seal", ["2", "NULL"])
def test_an_inserted_entry_is_found_under_a_seal_and_before_one(log: list[int], seal: str) -> None:
    copied = "at, action, words, actor_kind, actor_id, actor_name, network, object_type, object_id"
    copied += ", object_label, topic_id, details, salt, key_id, digest, emptied_why, emptied_digest"
    sql(
        f"INSERT INTO newsletter_auditentry ({copied}, seal_id) SELECT "
        f"{copied.replace('actor_name', repr('mallory'))}, {seal} FROM newsletter_auditentry "
        f"WHERE id = %s",
        log[4],
    )
    inserted = AuditEntry.objects.order_by("-pk")[0].pk

    under = "seal 2" if seal == "2" else "not sealed yet"
    assert any(each.startswith(f"entry {inserted} ({under}): ") for each in problems())


def test_the_newest_part_can_be_looked_at_alone(log: list[int]) -> None:
    record(CommandAction.RAN)
    AuditEntry.objects.exclude(pk__in=log[3:6]).update(words="x")

    newest = [each.place for each in verify_newest(AUDIT_LOG, seals=1)]
    assert newest[:3] == [f"entry {number} (seal 3)" for number in log[6:]]
    assert newest[3].endswith("(not sealed yet)")
    assert len(newest) == 4
    sql("UPDATE newsletter_auditseal SET seal = '0' WHERE number = 2")
    assert "seal 3: it doesn’t follow seal 2 as that one is now." in [
        str(each) for each in verify_newest(AUDIT_LOG, seals=1)
    ]


def test_a_genuine_entry_that_is_copied_is_found(log: list[int]) -> None:
    copy = AuditEntry.objects.get(pk=log[4])
    copy.pk = None
    copy.save(force_insert=True)

    assert problems() == [
        f"entry {copy.pk} (seal 2): it was inserted: the seal doesn’t list it.",
        f"entries {log[4]} and {copy.pk}: one is a copy of the other.",
    ]


def test_a_copy_is_found_too_where_the_clock_has_sealed_it(log: list[int]) -> None:
    copy = AuditEntry.objects.get(pk=log[4])
    copy.pk, copy.seal = None, None
    copy.save(force_insert=True)
    assert seal_entries(AUDIT_LOG) == 1

    assert problems() == [f"entries {log[4]} and {copy.pk}: one is a copy of the other."]


@pytest.mark.parametrize("seal", [0, 99])
def test_an_entry_under_a_seal_that_nobody_looks_at_is_found(log: list[int], seal: int) -> None:
    inserted = record(CommandAction.RAN)
    with connection.constraint_checks_disabled():
        if seal:
            sql("UPDATE newsletter_auditentry SET seal_id = %s WHERE id = %s", seal, inserted.pk)
        else:
            AuditSeal.objects.create(
                number=0, entry_ids=[], entries_hash="", sealed_at=timezone.now(), seal=""
            )
            AuditEntry.objects.filter(pk=inserted.pk).update(seal=0)
        assert problems() == [f"entry {inserted.pk} (seal {seal}): there is no such seal."]
        AuditEntry.objects.filter(pk=inserted.pk).update(seal=None)


@pytest.mark.parametrize("ids", ["[[1, 9000000000000]]", '"x"', "null", "[[2, 1], 7]"])
def test_what_an_altered_seal_says_of_its_entries_is_not_believed(log: list[int], ids: str) -> None:
    sql("UPDATE newsletter_auditseal SET entry_ids = %s WHERE number = 2", ids)

    assert problems() == ["seal 2: it was altered, or not written by Convene."]


def test_an_entry_with_another_id_is_found(log: list[int]) -> None:
    sql("UPDATE newsletter_auditentry SET id = %s WHERE id = %s", log[4] + 1_000, log[4])

    assert f"entry {log[4]} (seal 2): missing." in problems()


def test_two_entries_that_changed_places_are_found(log: list[int]) -> None:
    first, second = log[3], log[4]
    sql("UPDATE newsletter_auditentry SET id = -1 WHERE id = %s", first)
    sql("UPDATE newsletter_auditentry SET id = %s WHERE id = %s", first, second)
    sql("UPDATE newsletter_auditentry SET id = %s WHERE id = -1", second)

    assert problems() == ["seal 2: the digests of its entries aren’t those that were sealed."]


def test_a_seal_that_was_removed_or_altered_is_found(log: list[int]) -> None:
    sql("UPDATE newsletter_auditseal SET entries_hash = '0' WHERE number = 3")
    assert "seal 3: it was altered, or not written by Convene." in problems()

    sql("UPDATE newsletter_auditentry SET seal_id = 1 WHERE seal_id = 2")
    sql("DELETE FROM newsletter_auditseal WHERE number = 2")
    assert "seal 2: missing." in problems()


def test_the_newest_entries_can_not_be_removed_together_with_their_seal(log: list[int]) -> None:
    sql("DELETE FROM newsletter_auditentry WHERE seal_id = 3")
    sql("DELETE FROM newsletter_auditseal WHERE number = 3")

    (found,) = problems()
    assert found.startswith("seal 3: missing: this host has made it.")


def test_they_are_missed_too_after_the_clock_has_made_other_seals(log: list[int]) -> None:
    sql("DELETE FROM newsletter_auditentry WHERE seal_id > 1")
    sql("DELETE FROM newsletter_auditseal WHERE number > 1")
    for missing in ("seal 3: missing: this host has made it.", "seal 3: it isn’t the one that"):
        record(CommandAction.RAN)
        assert seal_entries(AUDIT_LOG) == 1
        (found,) = problems()
        assert found.startswith(missing)

    assert accept_restored(AUDIT_LOG) == "seal 3 is another one"
    assert problems() == []


def test_a_log_that_was_written_anew_with_other_keys_is_found(
    log: list[int], settings: Settings
) -> None:
    settings.LINK_KEYS = ["another-key-that-is-long-enough-to-be-one"]

    assert len(problems()) == 3 + 9
    assert all("can’t be checked: its key " in each for each in problems())


def test_entries_stay_verifiable_when_the_signing_key_changes(
    log: list[int], settings: Settings
) -> None:
    settings.LINK_KEYS = ["another-key-that-is-long-enough-to-be-one", *settings.LINK_KEYS]
    record(CommandAction.RAN)
    seal_entries(AUDIT_LOG)

    assert problems() == []


def test_what_retention_empties_leaves_digest_time_and_reason(
    log: list[int], settings: Settings
) -> None:
    entry = AuditEntry.objects.get(pk=log[1])

    assert empty_audit_entries(now=timezone.now() + settings.KEEP_AUDIT) == 9

    left = AuditEntry.objects.get(pk=log[1])
    assert (left.digest, left.at) == (entry.digest, entry.at)
    assert (left.actor_name, left.object_label, left.salt, left.details) == ("", "", "", {})
    assert left.emptied_why == "Kept for its time."
    assert problems() == []


def test_what_was_dated_back_is_not_emptied_but_found(log: list[int]) -> None:
    """Or whoever can write to the database would have retention take away what they like."""
    AuditEntry.objects.filter(pk=log[3]).update(at=timezone.now() - timedelta(days=4_000))

    assert empty_audit_entries(now=timezone.now()) == 0

    assert AuditEntry.objects.get(pk=log[3]).actor_name
    assert problems() == [f"entry {log[3]} (seal 2): it was altered, or not written by Convene."]


def test_the_time_of_an_emptied_entry_stays_signed(log: list[int], settings: Settings) -> None:
    empty_audit_entries(now=timezone.now() + 2 * settings.KEEP_AUDIT)
    assert problems() == []
    AuditEntry.objects.filter(pk=log[4]).update(at=timezone.now() - timedelta(days=9))

    assert problems() == [f"entry {log[4]} (seal 2): it was altered, or not written by Convene."]


def test_an_entry_that_somebody_else_emptied_is_found(log: list[int]) -> None:
    sql(
        "UPDATE newsletter_auditentry SET emptied_at = %s, emptied_why = 'Kept for its time.', "
        "emptied_digest = '0', actor_name = '', object_label = '', salt = '' WHERE id = %s",
        timezone.now(),
        log[4],
    )

    assert f"entry {log[4]} (seal 2): it was altered, or not written by Convene." in problems()


def test_what_is_not_sealed_yet_is_not_emptied(settings: Settings) -> None:
    record(CommandAction.RAN)

    assert empty_audit_entries(now=timezone.now() + 2 * settings.KEEP_AUDIT) == 0


def test_an_entry_that_waits_too_long_for_its_seal_says_that_no_clock_runs() -> None:
    entry = record(CommandAction.RAN)
    AuditEntry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(hours=1))

    assert any("Does the clock run?" in each for each in problems())


def test_a_restored_database_goes_on_and_the_log_tells_what_is_missing(log: list[int]) -> None:
    sql("DELETE FROM newsletter_auditentry WHERE seal_id > 1")
    sql("DELETE FROM newsletter_auditseal WHERE number > 1")
    assert problems()

    err = StringIO()
    call_command("verify_audit", "--restored", stdout=StringIO(), stderr=err)

    assert "seals 2 to 3 are missing" in err.getvalue()
    told = AuditEntry.objects.get(action=AuditLogAction.RESTORED)
    assert told.object_label == "seals 2 to 3 are missing"
    assert told.actor_kind == ActorKind.OPERATOR
    assert accept_restored(AUDIT_LOG) == ""


def test_a_damaged_file_is_told_and_not_taken_for_good(log: list[int]) -> None:
    seal_file(AUDIT_LOG).write_text("not JSON", encoding="utf-8")

    record(CommandAction.RAN)
    assert seal_entries(AUDIT_LOG) == 1
    assert any("can’t be read" in each for each in problems())
    assert accept_restored(AUDIT_LOG).endswith("could not be read")
    assert problems() == []


def test_the_command_says_how_much_it_checked_or_ends_with_1(log: list[int]) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert out.getvalue() == "All 9 entries under 3 seals are as written.\n"

    sql("UPDATE newsletter_auditentry SET words = 'x' WHERE id = %s", log[0])
    out = StringIO()
    with pytest.raises(CommandError, match="not as it was written: 1 problem") as caught:
        call_command("verify_audit", "--json", stdout=out)
    assert caught.value.returncode == 1
    told = json.loads(out.getvalue())
    assert told["problems"][0]["place"] == f"entry {log[0]} (seal 1)"


def test_what_is_committed_late_comes_under_the_next_seal() -> None:
    record(CommandAction.RAN)
    assert seal_entries(AUDIT_LOG) == 1
    with transaction.atomic():
        late = record(CommandAction.RAN)
        AuditEntry.objects.filter(pk=late.pk).update(id=-5)  # an id from before
    assert seal_entries(AUDIT_LOG) == 1

    assert problems() == []
    assert AuditSeal.objects.get(number=2).entry_ids == [[-5, -5]]


def test_the_last_seal_is_remembered_in_a_file_that_others_can_not_read(log: list[int]) -> None:
    last = AuditSeal.objects.get(number=3)

    assert remembered(AUDIT_LOG) == (3, last.seal)
    assert seal_file(AUDIT_LOG).stat().st_mode & 0o077 == 0


def test_a_seal_takes_no_more_than_a_batch() -> None:
    for _ in range(5):
        record(CommandAction.RAN)

    assert seal_entries(AUDIT_LOG, batch=2) == 5
    assert AuditSeal.objects.count() == 3
    assert problems() == []


@pytest.mark.parametrize(
    ("numbers", "pairs"), [([], []), ([4], [[4, 4]]), ([1, 2, 3, 7, 8], [[1, 3], [7, 8]])]
)
def test_ids_are_kept_as_runs(numbers: list[int], pairs: list[list[int]]) -> None:
    assert runs(numbers) == pairs


def test_an_entry_whose_digest_was_taken_before_its_seal_is_sealed_and_reported_for_good(
    log: list[int],
) -> None:
    """Left out of seals, it could be removed unseen at any time."""
    record(CommandAction.RAN, label="evil")
    last = AuditEntry.objects.latest("pk").pk
    sql("UPDATE newsletter_auditentry SET digest = %s WHERE id = %s", "", last)
    assert seal_entries(AUDIT_LOG) == 1
    here = f"entry {last} (seal 4)"
    assert problems() == [f"{here}: it was altered, or not written by Convene."]
    sql("DELETE FROM newsletter_auditentry WHERE id = %s", last)
    assert problems() == [f"{here}: missing."]


def test_a_database_without_tables_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", list)
    with pytest.raises(CommandError, match="no tables yet. .* manage.py migrate"):
        call_command("verify_audit")
