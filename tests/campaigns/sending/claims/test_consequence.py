"""The consequence of a result: one state and its columns for each outcome, whatever came before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db.models import F
from pytest_django.fixtures import Settings

from campaigns.sending.claims.claim import ClaimedDelivery
from campaigns.sending.claims.consequence import Waits, consequence, in_doubt
from campaigns.states import DeliveryStatus
from newsletter.transport.providers.idempotency import window_of
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from newsletter.transport.results.result import Outcome, Result

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(hours=5)
BACK = F("attempt") - 1


def delivery(*, attempt: int = 1, until: datetime | None = None, pk: int = 7) -> ClaimedDelivery:
    return ClaimedDelivery(pk, attempt, "en", 1, 1, "ada@example.nz", "Ada", "Ada", "", until)


def of(result: Result | None, **columns: Any) -> tuple[DeliveryStatus, dict[str, object]]:
    if result is not None:
        result = replace(result, mailer="resend")
    state, changes = consequence(
        delivery(**columns), result, Waits(), claimed_at=NOW - timedelta(seconds=9), now=NOW
    )
    return state, dict(changes)


@pytest.fixture
def keys(settings: Settings) -> timedelta:
    """A mailer that knows idempotency keys, and for how long."""
    settings.MAILER_SETTINGS = {
        **settings.MAILER_SETTINGS,
        "bulk": parse_mailer_url("resend://:key@"),
    }
    window = window_of("resend")
    assert window
    return window


@pytest.mark.parametrize("until", [None, UNTIL])
def test_what_was_not_begun_is_given_back_as_it_was(until: datetime | None) -> None:
    assert of(None, until=until) == (
        DeliveryStatus.PLANNED,
        {"attempt": BACK, "same_key_until": until},
    )


@pytest.mark.parametrize("until", [None, UNTIL])
def test_what_was_accepted_is_accepted_whatever_was_in_doubt(until: datetime | None) -> None:
    assert of(Result(Outcome.ACCEPTED), until=until) == (
        DeliveryStatus.ACCEPTED,
        {"mailer": "resend", "settled_at": NOW},
    )


def test_what_was_refused_has_failed() -> None:
    assert of(Result(Outcome.REFUSED)) == (
        DeliveryStatus.FAILED,
        {"mailer": "resend", "settled_at": NOW},
    )


@pytest.mark.parametrize(
    "result",
    [Result(Outcome.REFUSED), Result(Outcome.UNKNOWN, key_is_known=True)],
    ids=["refused", "its key is known"],
)
def test_a_repetition_that_is_refused_leaves_the_first_attempt_in_doubt(result: Result) -> None:
    assert of(result, until=UNTIL) == (
        DeliveryStatus.UNCERTAIN,
        {"mailer": "resend", "same_key_until": None, "retry_at": None, "settled_at": NOW},
    )


def test_a_doubt_without_keys_is_left_to_facts_and_people() -> None:
    assert of(Result(Outcome.UNKNOWN)) == (
        DeliveryStatus.UNCERTAIN,
        {"mailer": "resend", "settled_at": NOW},
    )


def test_a_doubt_is_repeated_while_the_mailer_knows_its_key(keys: timedelta) -> None:
    state, changes = of(Result(Outcome.UNKNOWN))

    until = NOW - timedelta(seconds=9) + keys - django_settings.CLAIM_LEASE
    assert state is DeliveryStatus.UNCERTAIN
    assert changes["same_key_until"] == until
    assert changes["settled_at"] == NOW
    retry_at = changes["retry_at"]
    assert isinstance(retry_at, datetime)
    assert NOW < retry_at < until


def test_the_first_attempt_sets_how_long_a_key_is_known(keys: timedelta) -> None:
    assert of(Result(Outcome.UNKNOWN), until=UNTIL, attempt=2)[1]["same_key_until"] == UNTIL


def test_a_doubt_that_could_only_be_repeated_too_late_is_not(keys: timedelta) -> None:
    far = in_doubt(
        "resend",
        claimed_at=NOW,
        attempt=1,
        now=NOW,
        until=UNTIL,
        retry_after=timedelta(hours=6).total_seconds(),
    )

    assert far == {"same_key_until": UNTIL}


@pytest.mark.parametrize("until", [None, UNTIL])
def test_what_was_turned_away_is_planned_for_later(until: datetime | None) -> None:
    state, changes = of(Result(Outcome.LATER), until=until)

    retry_at = changes.pop("retry_at")
    assert isinstance(retry_at, datetime)
    assert retry_at >= NOW + django_settings.RETRY_FIRST_WAIT
    assert (state, changes) == (
        DeliveryStatus.PLANNED,
        {"mailer": "resend", "same_key_until": until},
    )


@pytest.mark.parametrize("reason", ["mailer_wide", "postponed"])
def test_what_is_no_attempt_is_not_counted(reason: str) -> None:
    result = Result(Outcome.LATER, retry_after=30.0)
    state, changes = of(replace(result, **{reason: True}))  # type: ignore[arg-type] # a flag of it

    assert (state, changes["attempt"]) == (DeliveryStatus.PLANNED, BACK)
    assert changes["retry_at"] == NOW + timedelta(seconds=30)


def test_a_wrong_configuration_keeps_nobody_waiting_once_it_is_mended() -> None:
    assert of(Result(Outcome.MISCONFIGURED)) == (
        DeliveryStatus.PLANNED,
        {"mailer": "resend", "same_key_until": None, "attempt": BACK},
    )


def test_deliveries_of_one_claim_share_a_few_waits() -> None:
    waits, later = Waits(), Result(Outcome.LATER)

    found = [waits.of(delivery(pk=pk), later) for pk in range(100)]

    assert found == [found[pk % Waits.SHARES] for pk in range(100)]
    assert 1 < len(set(found)) <= Waits.SHARES
