"""What we remove ourselves leaves its signature and the reason, and isn't missing."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.utils import timezone

from newsletter.seals.seal import seal_entries
from subscribers.evidence.chain import CONSENT
from subscribers.evidence.remove import NEVER_CONFIRMED
from subscribers.models import ConsentRecord, ConsentRemoval
from subscribers.retention.expire import forget_expired
from tests.subscribers.evidence.conftest import problems, sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def forgotten(records: list[int], sign_up: Callable[..., None]) -> int:
    """A sign-up that nobody confirmed, sealed and removed; the id of its record."""
    sign_up("mallory@example.org", full_name="Mallory")
    number = ConsentRecord.objects.latest("pk").pk
    assert seal_entries(CONSENT) == 1
    assert forget_expired(now=timezone.now() + 2 * settings.KEEP_UNCONFIRMED).unconfirmed == 1
    assert not ConsentRecord.objects.filter(pk=number).exists()
    return number


def test_a_sign_up_that_nobody_confirmed_leaves_nothing_of_the_person(forgotten: int) -> None:
    removal = ConsentRemoval.objects.get()
    assert removal.why == NEVER_CONFIRMED
    assert [pk for pk, _ in removal.records] == [forgotten]
    assert problems() == []


@pytest.mark.parametrize("change", ["records = '[]'", "why = 'x'", "seal_id = 3", "signature = ''"])
def test_a_trace_that_was_altered_counts_for_nothing(forgotten: int, change: str) -> None:
    sql(f"UPDATE subscribers_consentremoval SET {change}")

    assert f"record {forgotten} (seal 4): missing." in problems()


def test_nobody_else_can_remove_a_record(records: list[int]) -> None:
    record = ConsentRecord.objects.get(pk=records[0])
    ConsentRemoval.objects.create(
        seal_id=1,
        records=[[record.pk, record.signature]],
        why=NEVER_CONFIRMED,
        at=timezone.now(),
        key_id=record.key_id,
        signature="0" * 64,
    )
    sql("DELETE FROM subscribers_consentrecord WHERE id = %s", record.pk)

    assert problems() == [f"record {records[0]} (seal 1): missing."]


def test_a_record_that_is_written_back_is_found(records: list[int], forgotten: int) -> None:
    copy = ConsentRecord.objects.get(pk=records[0])
    copy.pk, copy.seal_id = forgotten, 4
    copy.save(force_insert=True)

    assert f"record {forgotten} (seal 4): it was removed, and was written back since." in problems()


def test_what_is_not_sealed_yet_leaves_no_trace(sign_up: Callable[..., None]) -> None:
    sign_up("mallory@example.org")
    forget_expired(now=timezone.now() + 2 * settings.KEEP_UNCONFIRMED)

    assert not ConsentRecord.objects.exists()
    assert not ConsentRemoval.objects.exists()
    assert problems() == []
