"""What is trimmed leaves a hash and the reason, and the consent can still be verified."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django.fixtures import Settings

from newsletter.core.addresses import address_digest
from subscribers.models import ConsentRecord, Subscriber
from subscribers.opt_outs.earlier_addresses import EARLIER
from subscribers.people.erase import erase
from subscribers.retention.expire import forget_expired
from subscribers.states import TrimReason
from tests.subscribers.evidence.conftest import problems, sql
from tests.subscribers.own_address import change_own_address

pytestmark = pytest.mark.django_db


def expire() -> int:
    now = timezone.now() + settings.KEEP_CONSENT_NETWORK + settings.KEEP_UNCONFIRMED
    return forget_expired(now=now).consent_records


def test_retention_takes_the_circumstances_and_leaves_their_hash_and_the_reason(
    records: list[int],
) -> None:
    assert expire() == 3

    for record in ConsentRecord.objects.all():
        assert (record.network, record.details, record.salt) == ("", {}, "")
        assert record.trimmed_why == TrimReason.TIME
        assert len(record.trimmed_hash) == 64
        assert record.trimmed_at is not None
    assert problems() == []


def test_erasure_takes_them_too_after_retention_as_before(records: list[int]) -> None:
    eve = Subscriber.objects.get()
    assert erase(eve.pk).records == 3
    assert set(ConsentRecord.objects.values_list("trimmed_why", flat=True)) == {"erasure"}
    assert problems() == []


@pytest.mark.parametrize(
    "change",
    [
        "action = 'accepted'",
        "digest = '0'",
        "trimmed_hash = '0'",
        "trimmed_why = 'erasure'",
        "trimmed_at = '2026-01-01 00:00:00+00:00'",
        "network = '192.0.2.0/24'",
        """details = '{"a": 1}'""",
        "answers = 'Yes.'",
        "trimmed_at = NULL",
    ],
)
def test_what_is_left_can_still_be_verified(records: list[int], change: str) -> None:
    expire()
    sql(f"UPDATE subscribers_consentrecord SET {change} WHERE id = %s", records[0])

    assert any(each.startswith(f"record {records[0]} (seal 1): it was") for each in problems())


def test_nobody_else_can_trim_a_record(records: list[int]) -> None:
    record = ConsentRecord.objects.get(pk=records[0])
    expire()
    theirs = ConsentRecord.objects.get(pk=records[1])
    # With all that another trimmed record has, which is all there is to copy.
    for name in ("trimmed_at", "trimmed_why", "trimmed_hash", "trimmed_signature"):
        setattr(record, name, getattr(theirs, name))
    record.network, record.details, record.salt = "", {}, ""
    record.save()

    assert any(each.startswith(f"record {records[0]} (seal 1): it was") for each in problems())


def test_an_alteration_is_still_found_after_it_was_trimmed(records: list[int]) -> None:
    ConsentRecord.objects.filter(pk=records[1]).update(network="203.0.113.0/24")
    expire()

    assert problems() == [
        f"record {records[1]} (seal 2): it was altered, or not written by Convene."
    ]


def test_the_digest_of_an_earlier_address_stays_until_the_person_is_erased(
    sign_up: Callable[..., None], ada: Subscriber
) -> None:
    change_own_address(ada.pk, to="ada.king@example.nz", network="192.0.2.0/24")
    expire()
    kept = ConsentRecord.objects.exclude(details={})
    assert [record.details for record in kept] == [{EARLIER: address_digest(ada.email)}]
    assert problems() == []

    erase(ada.pk)
    assert not kept.all().exists()
    assert problems() == []


def test_data_go_when_their_time_is_over_though_their_key_is_lost(
    records: list[int], settings: Settings
) -> None:
    settings.LINK_KEYS = ["another-key-that-is-long-enough-to-be-one"]
    assert expire() == 3

    assert set(ConsentRecord.objects.values_list("network", flat=True)) == {""}
    assert all("can’t be checked" in each for each in problems())
