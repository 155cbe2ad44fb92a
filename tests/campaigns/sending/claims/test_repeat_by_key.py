"""Doubts that are cleared by asking again, under a key that the provider still knows."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.recover import (
    claim_journals,
    recover_expired,
    recover_journals,
    repeat_by_key,
)
from campaigns.sending.claims.settle import settle
from campaigns.sending.pause_cancel_undo import cancel
from newsletter.transport.bulk.journal import Journal
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from newsletter.transport.results.result import Outcome, Result
from subscribers.models import Subscription
from subscribers.states import SubscriptionStatus

pytestmark = pytest.mark.services

REFUSED = Result(Outcome.REFUSED, reason="no such mailbox", mailer="resend")
UNKNOWN = Result(Outcome.UNKNOWN, reason="no answer", mailer="resend")


def states(campaign: Campaign) -> list[str]:
    return list(
        Delivery.objects.filter(campaign=campaign).order_by("pk").values_list("status", flat=True)
    )


@pytest.fixture
def resend(settings: Settings) -> None:
    """A bulk mailer that knows idempotency keys for a day."""
    settings.MAILER_SETTINGS = {
        **settings.MAILER_SETTINGS,
        "bulk": parse_mailer_url("resend://:key@"),
    }


@pytest.mark.usefixtures("resend")
def test_a_doubt_is_repeated_under_its_key_by_the_same_mailer_alone(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=1, mailer="resend")
    settle(claimed, {claimed.deliveries[0].pk: UNKNOWN})
    soon = timezone.now() + timedelta(minutes=5)

    assert repeat_by_key(now=soon) == 1

    assert states(sending)[0] == "planned"
    assert len(claim(sending.pk, size=9, mailer="another", now=soon).deliveries) == 4
    assert len(claim(sending.pk, size=9, mailer="resend", now=soon).deliveries) == 1
    assert totals(sending) == recount(sending)


@pytest.mark.usefixtures("resend")
def test_a_lost_retry_is_repeated_as_soon_as_a_lost_first_attempt(
    sending: Campaign, settings: Settings
) -> None:
    settings.MAXIMUM_ATTEMPTS = 2
    first, again = list(Delivery.objects.order_by("pk")[:2])
    # Its attempts were spent, and a person had it tried again: they don't count any more.
    Delivery.objects.filter(pk=again.pk).update(attempt=12, attempts_before=12)
    claim(sending.pk, size=2, mailer="resend")
    Delivery.objects.filter(pk__in=[first.pk, again.pk]).update(mailer="resend")
    lost = timezone.now() + settings.CLAIM_LEASE * 2

    assert recover_expired(now=lost) == 2

    first.refresh_from_db()
    again.refresh_from_db()
    assert (first.attempt, again.attempt) == (1, 13)
    assert again.same_key_until == first.same_key_until
    for row in (first, again):
        assert row.retry_at is not None
        # A quarter more at most, so that they don't come back together.
        assert row.retry_at - lost <= settings.RETRY_FIRST_WAIT * 1.25
    assert repeat_by_key(now=lost + settings.RETRY_FIRST_WAIT * 2) == 2


@pytest.mark.usefixtures("resend")
def test_whoever_left_in_doubt_is_not_asked_about_again(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=1, mailer="resend")
    settle(claimed, {claimed.deliveries[0].pk: UNKNOWN})
    Subscription.objects.filter(pk=claimed.deliveries[0].subscription_id).update(
        status=SubscriptionStatus.UNSUBSCRIBED
    )
    soon = timezone.now() + timedelta(minutes=5)

    assert repeat_by_key(now=soon) == 1
    assert claim(sending.pk, size=1, mailer="resend", now=soon).skipped == 1

    assert repeat_by_key(now=soon) == 0
    assert states(sending)[0] == "uncertain"


@pytest.mark.usefixtures("resend")
def test_a_doubt_that_was_not_repeated_while_the_key_was_known_stays_in_doubt(
    sending: Campaign,
) -> None:
    claimed = claim(sending.pk, size=1, mailer="resend")
    settle(claimed, {claimed.deliveries[0].pk: UNKNOWN})
    repeat_by_key(now=timezone.now() + timedelta(minutes=5))
    too_late = timezone.now() + timedelta(days=2)

    assert len(claim(sending.pk, size=9, mailer="resend", now=too_late).deliveries) == 4
    assert repeat_by_key(now=too_late) == 1
    assert repeat_by_key(now=too_late) == 0
    assert states(sending)[0] == "uncertain"


@pytest.mark.thorough(sample=3)
@pytest.mark.usefixtures("resend")
@pytest.mark.parametrize(
    "result",
    [
        REFUSED,
        Result(Outcome.LATER, mailer="resend"),
        Result(Outcome.UNKNOWN, mailer="resend", key_is_known=True),
    ],
    ids=range(3),
)
@pytest.mark.parametrize("expires", [False, True])
def test_a_repetition_that_is_refused_says_nothing_about_the_first_attempt(
    sending: Campaign, settings: Settings, result: Result, *, expires: bool
) -> None:
    settings.MAXIMUM_ATTEMPTS = 2
    claimed = claim(sending.pk, size=1, mailer="resend")
    settle(claimed, {claimed.deliveries[0].pk: UNKNOWN})
    soon = timezone.now() + timedelta(minutes=5)
    settings.MAXIMUM_ATTEMPTS = 3
    repeat_by_key(now=soon)
    settings.MAXIMUM_ATTEMPTS = 2
    again = claim(sending.pk, size=1, mailer="resend", now=soon)
    if expires:
        recover_expired(now=again.lease_until + timedelta(minutes=1))

    settle(again, {again.deliveries[0].pk: result})

    assert states(sending)[0] == "uncertain"
    assert totals(sending) == recount(sending)
    settings.MAXIMUM_ATTEMPTS = 9
    assert repeat_by_key(now=soon + timedelta(hours=3)) == 0, "it is asked no more"


@pytest.mark.usefixtures("resend")
def test_a_lease_that_ran_out_is_repeated_under_its_key(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=2, mailer="resend")
    late = claimed.lease_until + timedelta(seconds=1)
    recover_expired(now=late)

    assert repeat_by_key(now=late + timedelta(minutes=5)) == 2
    assert states(sending)[:2] == ["planned", "planned"]


@pytest.mark.usefixtures("resend")
def test_a_lease_that_ran_out_twice_is_repeated_twice(sending: Campaign) -> None:
    now = timezone.now()
    for _ in range(2):
        claimed = claim(sending.pk, size=1, mailer="resend", now=now)
        now = claimed.lease_until + timedelta(minutes=5)
        recover_expired(now=now)
        now += timedelta(minutes=5)
        assert repeat_by_key(now=now) == 1

    assert states(sending) == ["planned"] * 5
    assert totals(sending) == recount(sending)


@pytest.mark.usefixtures("resend")
def test_a_lease_that_ran_out_yesterday_is_not_repeated_under_a_key_that_was_forgotten(
    sending: Campaign,
) -> None:
    claimed = claim(sending.pk, size=1, mailer="resend")
    next_day = claimed.lease_until + timedelta(hours=23, minutes=57)

    recover_expired(now=next_day)

    assert repeat_by_key(now=next_day + timedelta(minutes=1)) == 0
    assert states(sending)[0] == "uncertain"


@pytest.mark.usefixtures("resend")
def test_nor_is_what_a_journal_of_yesterday_leaves_in_doubt(
    sending: Campaign, settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    claimed = claim(
        sending.pk, size=1, mailer="resend", now=timezone.now() - timedelta(hours=23, minutes=58)
    )
    with Journal(claim_journals(), str(claimed.token), {"mailer": "resend"}) as journal:
        journal.note(begun=[claimed.deliveries[0].pk])

    recover_journals()

    assert states(sending)[0] == "uncertain"
    assert repeat_by_key(now=timezone.now() + timedelta(minutes=1)) == 0


@pytest.mark.usefixtures("resend")
def test_what_had_not_begun_when_its_lease_ran_out_is_anybodys_again(
    sending: Campaign, settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    late, dead = (claim(sending.pk, size=2, mailer="resend") for _ in range(2))
    Journal(claim_journals(), str(dead.token), {"mailer": "resend"}).close()
    recover_expired(now=late.lease_until + timedelta(minutes=1))

    settle(late, {})
    recover_journals()

    assert len(claim(sending.pk, size=9, mailer="another").deliveries) == 5


@pytest.mark.usefixtures("resend")
def test_a_mailer_that_knows_keys_no_more_repeats_nothing(
    sending: Campaign, settings: Settings
) -> None:
    claimed = claim(sending.pk, size=1, mailer="resend")
    settle(claimed, {claimed.deliveries[0].pk: UNKNOWN})
    soon = timezone.now() + timedelta(minutes=5)
    repeat_by_key(now=soon)
    settings.MAILER_SETTINGS = {
        **settings.MAILER_SETTINGS,
        "bulk": parse_mailer_url("brevo://:key@?name=resend&batch=50"),
    }

    assert claimed.deliveries[0].pk not in {
        one.pk for one in claim(sending.pk, size=9, mailer="resend", now=soon).deliveries
    }


@pytest.mark.usefixtures("resend")
def test_a_cancellation_shows_the_doubt_about_what_was_to_be_repeated(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=1, mailer="resend")
    settle(claimed, {claimed.deliveries[0].pk: UNKNOWN})
    repeat_by_key(now=timezone.now() + timedelta(minutes=5))

    cancel(sending.pk)

    assert states(sending) == ["uncertain", *["skipped"] * 4]
    assert totals(sending) == recount(sending)


@pytest.mark.thorough(sample=3)
@pytest.mark.usefixtures("resend")
@pytest.mark.parametrize("outcome", [None, Outcome.LATER, Outcome.MISCONFIGURED])
@pytest.mark.parametrize("expires", [False, True])
def test_a_cancellation_during_a_repetition_shows_the_doubt(
    sending: Campaign, outcome: Outcome | None, *, expires: bool
) -> None:
    claimed = claim(sending.pk, size=1, mailer="resend")
    settle(claimed, {claimed.deliveries[0].pk: UNKNOWN})
    soon = timezone.now() + timedelta(minutes=5)
    repeat_by_key(now=soon)
    again = claim(sending.pk, size=2, mailer="resend", now=soon)
    cancel(sending.pk)
    if expires:
        recover_expired(now=again.lease_until + timedelta(minutes=1))

    settle(
        again,
        {one.pk: Result(outcome, mailer="resend") for one in again.deliveries} if outcome else {},
    )

    assert states(sending) == ["uncertain", *["skipped"] * 4]
    assert totals(sending) == recount(sending)


def test_doubts_of_a_mailer_without_keys_are_never_repeated(
    sending: Campaign, settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    claimed = claim(sending.pk, size=2, mailer="inbox")
    settle(
        claimed,
        dict.fromkeys(
            (one.pk for one in claimed.deliveries), Result(Outcome.UNKNOWN, mailer="inbox")
        ),
    )

    assert repeat_by_key(now=timezone.now() + timedelta(minutes=5)) == 0
    advance_campaigns()
    assert states(sending)[:2] == ["uncertain", "uncertain"]


@pytest.mark.usefixtures("resend")
def test_a_doubt_is_repeated_no_sooner_than_its_mailer_wants_to_be_asked(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=1, mailer="resend")
    busy = Result(Outcome.UNKNOWN, reason="HTTP 503: Back soon", mailer="resend", retry_after=3600)
    settle(claimed, {claimed.deliveries[0].pk: busy})

    assert repeat_by_key(now=timezone.now() + timedelta(minutes=59)) == 0
    assert repeat_by_key(now=timezone.now() + timedelta(minutes=61)) == 1
