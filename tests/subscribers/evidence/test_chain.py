"""Whoever alters the evidence of consent in the database is found, with the place."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from newsletter.audit.restored import accept_restored
from newsletter.models import AuditEntry
from newsletter.seals.seal import seal_entries
from newsletter.seals.verify import verify_newest
from subscribers.audit_actions import ConsentAuditAction
from subscribers.evidence.chain import CONSENT
from subscribers.models import ConsentRecord, ConsentSeal, ConsentWording, Topic
from subscribers.tasks import seal_consent_records
from tests.subscribers.evidence.conftest import problems, sql

pytestmark = pytest.mark.django_db

ALTERED_RECORD = "it was altered, or not written by Convene."
ALTERED = {
    "digest": "'0'",
    "action": "'accepted'",
    "method": "'embed'",
    "language": "'fr'",
    "staff": "'sam'",
    "network": "'203.0.113.0/24'",
    "details": "'{}'",
    "answers": "'Do you agree?: Yes'",
    "given_at": "'2026-01-01 00:00:00+00:00'",
    "recorded_at": "'2026-01-01 00:00:00+00:00'",
    "salt": "'0'",
    "signature": "'0'",
    "wording_id": "NULL",
}


@pytest.mark.thorough(sample=5)
@pytest.mark.parametrize("column", ALTERED)
def test_an_altered_record_is_found(records: list[int], column: str) -> None:
    sql(
        f"UPDATE subscribers_consentrecord SET {column} = {ALTERED[column]} WHERE id = %s",
        records[0],
    )

    assert f"record {records[0]} (seal 1): {ALTERED_RECORD}" in problems()


def test_a_record_about_another_topic_is_found(records: list[int], other_topic: Topic) -> None:
    ConsentRecord.objects.filter(pk=records[1]).update(topic=other_topic)

    assert problems() == [f"record {records[1]} (seal 2): {ALTERED_RECORD}"]


def test_a_record_that_is_led_to_other_words_is_found(
    records: list[int], sign_up: Callable[..., None]
) -> None:
    sign_up("zoe@example.org", words="Write to me for ever.")
    other = ConsentWording.objects.get(version=2)
    ConsentRecord.objects.filter(pk=records[1]).update(wording=other)

    assert f"record {records[1]} (seal 2): {ALTERED_RECORD}" in problems()


def test_words_that_are_written_into_a_record_are_found(records: list[int]) -> None:
    ConsentRecord.objects.filter(pk=records[2]).update(former_words="I never left.")

    assert problems() == [f"record {records[2]} (seal 3): words were written into it since."]


def test_an_altered_wording_is_found_with_its_hash_or_without(records: list[int]) -> None:
    wording = ConsentWording.objects.get()
    sql("UPDATE subscribers_consentwording SET text = 'For ever.'")
    assert problems() == [f"wording {wording.pk}: its text was altered."]

    sql("UPDATE subscribers_consentwording SET text_hash = '0'")
    assert [each for each in problems() if each.startswith("record ")] == [
        f"record {number} (seal {seal}): {ALTERED_RECORD}"
        for seal, number in enumerate(records[:2], start=1)
    ]


@pytest.mark.parametrize("change", ["version = 2", "form = 'import'", "language = 'fr'"])
def test_a_wording_with_another_label_is_found(records: list[int], change: str) -> None:
    sql(f"UPDATE subscribers_consentwording SET {change}")

    assert problems() == [f"wording {ConsentWording.objects.get().pk}: {ALTERED_RECORD}"]


def test_a_removed_record_is_found(records: list[int]) -> None:
    sql("DELETE FROM subscribers_consentrecord WHERE id IN (%s, %s)", records[0], records[2])

    assert problems() == [
        f"record {records[0]} (seal 1): missing.",
        f"record {records[2]} (seal 3): missing.",
    ]


@pytest.mark.parametrize("seal", [2, None])
def test_an_inserted_record_is_found_under_a_seal_and_before_one(
    records: list[int], seal: int | None
) -> None:
    inserted = ConsentRecord.objects.get(pk=records[1])
    inserted.pk, inserted.digest = None, "f" * 64
    inserted.seal = ConsentSeal.objects.get(number=seal) if seal else None
    inserted.save(force_insert=True)

    under = f"seal {seal}" if seal else "not sealed yet"
    assert f"record {inserted.pk} ({under}): {ALTERED_RECORD}" in problems()


def test_a_genuine_record_that_is_copied_is_found(records: list[int]) -> None:
    copy = ConsentRecord.objects.get(pk=records[1])
    copy.pk, copy.seal = None, None
    copy.save(force_insert=True)
    assert seal_entries(CONSENT) == 1

    assert problems() == [f"records {records[1]} and {copy.pk}: one is a copy of the other."]


def test_a_record_that_nobody_signed_is_found_and_not_sealed(records: list[int]) -> None:
    ConsentRecord.objects.create(
        digest="f" * 64,
        topic=Topic.objects.get(),
        action="confirmed",
        method="form",
        given_at=timezone.now(),
    )
    assert seal_entries(CONSENT) == 0

    (found,) = problems()
    assert "it isn’t signed" in found


def test_a_seal_of_the_audit_log_is_none_of_the_consent_records(records: list[int]) -> None:
    seal = ConsentSeal.objects.get(number=3)
    from newsletter.audit.chain import AUDIT_LOG
    from newsletter.seals.digests import seal_digest

    sql(
        "UPDATE subscribers_consentseal SET seal = %s WHERE number = 3",
        seal_digest(AUDIT_LOG.kind, seal),
    )

    assert f"seal 3: {ALTERED_RECORD}" in problems()


def test_the_newest_records_can_not_be_removed_together_with_their_seal(
    records: list[int],
) -> None:
    sql("DELETE FROM subscribers_consentrecord WHERE seal_id > 1")
    sql("DELETE FROM subscribers_consentseal WHERE number > 1")

    (found,) = problems()
    assert found.startswith("seals 2 to 3: missing: this host has made it.")
    assert found.endswith("run: manage.py verify_consent --restored")
    assert accept_restored(CONSENT) == "seals 2 to 3 are missing"
    assert problems() == []
    told = AuditEntry.objects.get(action=ConsentAuditAction.RESTORED)
    assert told.object_label == "seals 2 to 3 are missing"


def test_records_stay_verifiable_when_the_signing_key_changes(
    records: list[int], settings: Settings, sign_up: Callable[..., None]
) -> None:
    former = settings.LINK_KEYS
    settings.LINK_KEYS = ["another-key-that-is-long-enough-to-be-one", *former]
    sign_up("zoe@example.org")
    seal_consent_records()
    assert problems() == []

    settings.LINK_KEYS = settings.LINK_KEYS[:1]
    assert all("can’t be checked: its key " in each for each in problems()[:3])


def test_a_record_that_waits_too_long_for_its_seal_says_that_no_clock_runs(
    records: list[int], sign_up: Callable[..., None]
) -> None:
    sign_up("zoe@example.org")
    ConsentRecord.objects.filter(seal=None).update(recorded_at=timezone.now() - timedelta(hours=1))

    assert any("Does the clock run?" in each for each in problems())


def test_the_newest_part_can_be_looked_at_alone(records: list[int]) -> None:
    ConsentRecord.objects.filter(pk=records[0]).update(language="fr")

    assert problems()
    assert not list(verify_newest(CONSENT, seals=2))
    assert not list(verify_newest(CONSENT, seals=100, entries=2))
    assert list(verify_newest(CONSENT, seals=100, entries=3))


def test_what_an_altered_seal_says_of_its_size_is_not_believed(records: list[int]) -> None:
    ids = "[[1, 9000000000000]]"
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    sql(f"UPDATE subscribers_consentseal SET entry_ids = '{ids}'{cast} WHERE number = 3")

    found = [str(each) for each in verify_newest(CONSENT, seals=100, entries=20)]
    assert found == [f"seal 3: {ALTERED_RECORD}"]
