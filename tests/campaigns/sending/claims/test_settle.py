"""The ledger after a claim, whatever happened meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.sending.claims.claim import Claim, claim
from campaigns.sending.claims.settle import settle, settle_with_retry
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.states import DeliveryStatus
from newsletter.transport.results.result import Outcome, Result
from subscribers.models import Subscriber

pytestmark = pytest.mark.services

needs_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="SQLite lets one transaction write at a time, in this process",
)


@pytest.mark.parametrize("outcome", [None, Outcome.LATER, Outcome.MISCONFIGURED])
def test_what_comes_back_to_a_cancelled_campaign_is_skipped_and_not_planned_for_ever(
    sending: Campaign, outcome: Outcome | None
) -> None:
    claimed = claim(sending.pk, size=2)
    cancel(sending.pk)

    settle(
        claimed,
        {delivery.pk: Result(outcome) for delivery in claimed.deliveries} if outcome else {},
    )

    assert set(Delivery.objects.values_list("status", "reason")) == {
        (DeliveryStatus.SKIPPED, "cancelled")
    }
    assert totals(sending) == recount(sending)
    assert totals(sending).skipped == 5


def test_what_left_before_the_cancellation_is_told_as_it_was(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=2)
    cancel(sending.pk)

    settle(
        claimed,
        {
            claimed.deliveries[0].pk: Result(Outcome.ACCEPTED),
            claimed.deliveries[1].pk: Result(Outcome.UNKNOWN),
        },
    )

    counted = recount(sending)
    assert (counted.accepted, counted.uncertain, counted.skipped) == (1, 1, 3)
    assert totals(sending) == counted


@needs_postgresql
def test_a_cancellation_at_the_same_moment_leaves_nothing_planned(
    transactional_db: None, sending: Campaign
) -> None:
    for _ in range(20):
        Campaign.objects.filter(pk=sending.pk).update(status="sending")
        Delivery.objects.update(
            status=DeliveryStatus.PLANNED,
            claim_token=None,
            lease_until=None,
            retry_at=None,
            attempt=0,
        )
        claimed = claim(sending.pk, size=3)
        later = {delivery.pk: Result(Outcome.LATER) for delivery in claimed.deliveries[:2]}

        _together(partial(settle, claimed, later), partial(cancel, sending.pk))

        assert set(Delivery.objects.values_list("status", "reason")) == {
            (DeliveryStatus.SKIPPED, "cancelled")
        }


@pytest.mark.parametrize(
    "result", [Result(Outcome.LATER, mailer_wide=True), Result(Outcome.MISCONFIGURED)]
)
def test_what_holds_up_everybody_is_no_attempt_to_reach_one(
    sending: Campaign, settings: Settings, result: Result
) -> None:
    settings.MAXIMUM_ATTEMPTS = 1
    now = timezone.now()
    for _ in range(3):
        claimed = claim(sending.pk, size=5, now=now)
        settle(claimed, {delivery.pk: result for delivery in claimed.deliveries}, now=now)
        now += timedelta(hours=1)

    assert set(Delivery.objects.values_list("status", "attempt")) == {(DeliveryStatus.PLANNED, 0)}


@pytest.mark.parametrize("seconds", [0.0, -5.0])
def test_a_provider_that_wants_to_be_asked_at_once_is_given_time_all_the_same(
    sending: Campaign, seconds: float
) -> None:
    now = timezone.now()
    claimed = claim(sending.pk, size=5, now=now)
    settle(
        claimed,
        {
            delivery.pk: Result(Outcome.LATER, retry_after=seconds)
            for delivery in claimed.deliveries
        },
        now=now,
    )

    assert claim(sending.pk, size=5, now=now + timedelta(seconds=20)).found_nothing


@needs_postgresql
def test_what_is_known_of_mail_that_left_outlives_the_connection_to_the_database(
    transactional_db: None, sending: Campaign
) -> None:
    claimed = claim(sending.pk, size=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [backend] = cursor.fetchone()
    _together(lambda: _end(backend))

    settled = settle_with_retry(
        claimed, {delivery.pk: Result(Outcome.ACCEPTED) for delivery in claimed.deliveries}
    )

    assert settled == 2
    assert totals(sending) == recount(sending)
    assert totals(sending).accepted == 2


@needs_postgresql
@pytest.mark.parametrize(
    "outcome", [Outcome.ACCEPTED, Outcome.REFUSED, Outcome.LATER, Outcome.UNKNOWN]
)
@pytest.mark.parametrize("cancelled", [False, True])
def test_settling_waits_for_no_erasure(
    transactional_db: None, sending: Campaign, outcome: Outcome, *, cancelled: bool
) -> None:
    """An erasure holds the subscriber and waits for the delivery.

    A ledger that locked them in the other order would deadlock.
    """
    claimed = claim(sending.pk, size=2)
    if cancelled:
        cancel(sending.pk)
    with transaction.atomic():
        list(Subscriber.objects.select_for_update())
        result = Result(outcome, provider_message_id="" if outcome is Outcome.LATER else "abc")
        _together(partial(_settle_or_fail, claimed, {claimed.deliveries[0].pk: result}))

    assert recount(sending).claimed == 0


def _settle_or_fail(claimed: Claim, results: dict[int, Result]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '3s'")
    settle(claimed, results)


def _end(backend: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def _together(*verbs: Callable[[], object]) -> None:
    def run(verb: Callable[[], object]) -> object:
        try:
            return verb()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as pool:
        for future in [pool.submit(run, verb) for verb in verbs]:
            future.result()


def test_deliveries_that_were_not_begun_are_given_back(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=3)
    first = claimed.deliveries[0].pk

    assert settle(claimed, {first: Result(Outcome.ACCEPTED, provider_message_id="abc")}) == 3

    begun = Delivery.objects.get(pk=first)
    assert (begun.status, begun.provider_message_id, begun.claim_token) == (
        DeliveryStatus.ACCEPTED,
        "abc",
        None,
    )
    assert totals(sending).planned == 4
    assert set(
        Delivery.objects.filter(status=DeliveryStatus.PLANNED).values_list("attempt", flat=True)
    ) == {0}


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.ACCEPTED, DeliveryStatus.ACCEPTED),
        (Outcome.REFUSED, DeliveryStatus.FAILED),
        (Outcome.MISCONFIGURED, DeliveryStatus.PLANNED),
        (Outcome.LATER, DeliveryStatus.PLANNED),
        (Outcome.UNKNOWN, DeliveryStatus.UNCERTAIN),
    ],
)
def test_each_outcome_has_its_state(
    sending: Campaign, outcome: Outcome, status: DeliveryStatus
) -> None:
    claimed = claim(sending.pk, size=1)
    settle(
        claimed,
        {claimed.deliveries[0].pk: Result(outcome, reason="550 no such user", mailer="smtp")},
    )

    delivery = Delivery.objects.get(pk=claimed.deliveries[0].pk)
    assert (delivery.status, delivery.reason, delivery.mailer) == (
        status,
        "550 no such user",
        "smtp",
    )
    assert totals(sending) == recount(sending)


def test_what_the_provider_wants_later_is_tried_later(sending: Campaign) -> None:
    now = timezone.now()
    claimed = claim(sending.pk, size=1, now=now)
    settle(claimed, {claimed.deliveries[0].pk: Result(Outcome.LATER, retry_after=90.0)}, now=now)

    due = [
        delivery.pk
        for delivery in claim(sending.pk, size=9, now=now + timedelta(seconds=89)).deliveries
    ]
    assert claimed.deliveries[0].pk not in due
    due = [
        delivery.pk
        for delivery in claim(sending.pk, size=9, now=now + timedelta(seconds=91)).deliveries
    ]
    assert due == [claimed.deliveries[0].pk]


def test_attempts_are_not_endless(sending: Campaign, settings: Settings) -> None:
    settings.MAXIMUM_ATTEMPTS = 1
    claimed = claim(sending.pk, size=1)
    settle(claimed, {claimed.deliveries[0].pk: Result(Outcome.LATER, reason="421 busy")})

    assert Delivery.objects.get(pk=claimed.deliveries[0].pk).status == DeliveryStatus.FAILED
