"""Claiming: what a worker takes for itself, what it leaves, and what can not be sent any more."""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.sending.claims.claim import claim
from campaigns.states import CampaignStatus, DeliveryStatus, SkipReason
from newsletter.core.db.clock import database_now
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from subscribers.models import Subscriber, Subscription, Suppression
from subscribers.people.pause import pause
from subscribers.states import SubscriptionStatus

pytestmark = pytest.mark.services


def in_a_month() -> date:
    return (database_now() + timedelta(days=30)).date()


def test_two_workers_never_claim_the_same_row(sending: Campaign) -> None:
    first, second = claim(sending.pk, size=3), claim(sending.pk, size=3)

    ids = [delivery.pk for delivery in [*first.deliveries, *second.deliveries]]
    assert len(ids) == len(set(ids)) == 5
    assert claim(sending.pk, size=3).found_nothing


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite joins row by row in any case")
def test_a_claim_reads_no_more_than_it_takes_whatever_the_database_expects(
    sending: Campaign,
) -> None:
    """After some campaigns the database expects a tenth of the rows that there are.

    It would then sort all that are left, at each claim.
    """
    others = Campaign.objects.bulk_create(
        Campaign(name="x", topic=sending.topic, status=CampaignStatus.SENT) for _ in range(9)
    )
    for campaign, status in [
        *((other, DeliveryStatus.ACCEPTED) for other in others),
        (sending, DeliveryStatus.PLANNED),
    ]:
        Delivery.objects.bulk_create(
            Delivery(campaign=campaign, language="en", status=status) for _ in range(500)
        )
    plans: list[str] = []

    def explained(
        execute: Callable[..., Any],
        sql: str,
        parameters: Any,
        many: bool,
        context: Mapping[str, Any],
    ) -> Any:
        if "SKIP LOCKED" in sql:
            found = context["connection"].connection.execute(f"EXPLAIN {sql}", parameters)
            plans.append("\n".join(line for (line,) in found))
        return execute(sql, parameters, many, context)

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_delivery")
    first = Delivery.objects.filter(campaign=sending).order_by("-pk")[400].pk
    with connection.execute_wrapper(explained):
        claim(sending.pk, size=100, after=first)

    [plan] = plans
    assert "Index Scan using delivery_planned" in plan
    assert "Sort" not in plan
    assert "Hash Join" not in plan


def test_a_claim_says_whose_it_is_and_how_long(sending: Campaign) -> None:
    token, now = uuid.uuid4(), database_now()

    claimed = claim(sending.pk, size=2, mailer="smtp", token=token, now=now)

    rows = Delivery.objects.filter(status=DeliveryStatus.CLAIMED)
    assert set(rows.values_list("claim_token", "lease_until", "attempt", "mailer")) == {
        (token, now + django_settings.CLAIM_LEASE, 1, "smtp")
    }
    assert (claimed.token, claimed.lease_until, claimed.claimed_from) == (
        token,
        now + django_settings.CLAIM_LEASE,
        now,
    )
    assert (len(claimed.deliveries), claimed.left, claimed.skipped) == (2, 3, 0)
    assert claimed.last_id == max(one.pk for one in claimed.deliveries)
    assert {one.attempt for one in claimed.deliveries} == {1}
    assert totals(sending) == recount(sending)


def test_a_claim_begins_behind_the_last_one_where_it_is_told_to(sending: Campaign) -> None:
    first, second, *_ = Delivery.objects.order_by("pk")

    assert claim(sending.pk, size=1, after=first.pk).deliveries[0].pk == second.pk
    assert claim(sending.pk, size=1).deliveries[0].pk == first.pk


@pytest.mark.parametrize(
    "status", sorted({*CampaignStatus.values} - {CampaignStatus.SENDING.value})
)
def test_only_of_a_campaign_that_is_being_sent_anything_is_claimed(
    sending: Campaign, status: str
) -> None:
    Campaign.objects.update(status=status)

    claimed = claim(sending.pk, size=5)

    assert claimed.found_nothing
    assert totals(sending).planned == 5


@pytest.mark.thorough(sample=5)
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda reader: reader.delete(), SkipReason.ERASED),
        (
            lambda reader: Suppression.objects.create(
                digest=reader.digest, reason="complaint", scope="bulk"
            ),
            SkipReason.SUPPRESSED,
        ),
        (
            lambda reader: reader.subscriptions.update(status=SubscriptionStatus.UNSUBSCRIBED),
            SkipReason.UNSUBSCRIBED,
        ),
        (lambda reader: reader.subscriptions.all().delete(), SkipReason.UNSUBSCRIBED),
        (lambda reader: pause(reader.pk, until=in_a_month()), SkipReason.PAUSED),
        (
            lambda reader: reader.deliveries.update(unsubscribed_at=database_now()),
            SkipReason.UNSUBSCRIBED,
        ),
    ],
    ids=[
        "erased",
        "suppressed",
        "unsubscribed",
        "no subscription",
        "paused",
        "unsubscribed by this email",
    ],
)
@pytest.mark.parametrize("is_in_doubt", [False, True])
def test_a_recipient_who_may_not_be_written_to_any_more_is_skipped_or_stays_in_doubt(
    sending: Campaign,
    settings: Settings,
    change: Callable[[Subscriber], object],
    reason: SkipReason,
    is_in_doubt: bool,
) -> None:
    settings.MAILER_SETTINGS = {
        **settings.MAILER_SETTINGS,
        "bulk": parse_mailer_url("resend://:key@"),
    }
    first = Delivery.objects.order_by("pk")[0]
    if is_in_doubt:
        until = database_now() + timedelta(hours=1)
        Delivery.objects.filter(pk=first.pk).update(
            same_key_until=until, mailer="resend", attempt=1
        )
    assert first.subscriber
    change(first.subscriber)

    claimed = claim(sending.pk, size=5, mailer="resend")

    first.refresh_from_db()
    state = DeliveryStatus.UNCERTAIN if is_in_doubt else DeliveryStatus.SKIPPED
    assert (first.status, first.reason) == (state, reason)
    assert (claimed.skipped, len(claimed.deliveries)) == (1, 4)
    assert totals(sending) == recount(sending)


@pytest.mark.parametrize(
    ("mailer", "hours", "number"), [("resend", 1, 5), ("resend", -1, 0), ("other", 1, 0)]
)
def test_what_may_be_repeated_under_its_key_is_left_to_the_mailer_that_knows_it(
    sending: Campaign, settings: Settings, mailer: str, hours: int, number: int
) -> None:
    settings.MAILER_SETTINGS = {
        **settings.MAILER_SETTINGS,
        "bulk": parse_mailer_url("resend://:key@"),
    }
    until = database_now() + timedelta(hours=hours)
    Delivery.objects.update(same_key_until=until, mailer=mailer, attempt=1)

    assert len(claim(sending.pk, size=5, mailer="resend").deliveries) == number
    assert claim(sending.pk, size=5, mailer="smtp").found_nothing


def test_a_claim_of_nobody_who_can_be_written_to_found_something_all_the_same(
    sending: Campaign,
) -> None:
    Subscription.objects.update(status=SubscriptionStatus.UNSUBSCRIBED)

    first, second = claim(sending.pk, size=5), claim(sending.pk, size=5)

    assert (first.deliveries, first.skipped, first.found_nothing) == ([], 5, False)
    assert second.found_nothing


def test_what_waits_is_due_at_its_moment_and_no_sooner(sending: Campaign) -> None:
    now = database_now()
    Delivery.objects.update(retry_at=now)

    assert claim(sending.pk, size=5, now=now - timedelta(seconds=1)).found_nothing
    assert len(claim(sending.pk, size=5, now=now).deliveries) == 5


def test_whoever_is_no_member_any_more_gets_nothing_though_the_clock_is_late(
    sending: Campaign,
) -> None:
    today = database_now().astimezone(UTC).date()
    first, second, *_ = Subscription.objects.order_by("pk")
    for membership, day in ((first, today - timedelta(days=1)), (second, today)):
        Subscription.objects.filter(pk=membership.pk).update(member_until=day)
    claimed = claim(sending.pk, size=10)
    assert (len(claimed.deliveries), claimed.skipped) == (4, 1)
    skipped = Delivery.objects.get(status=DeliveryStatus.SKIPPED)
    assert (skipped.subscriber_id, skipped.reason) == (first.subscriber_id, SkipReason.TERM_ENDED)


def test_a_pause_that_is_over_keeps_nothing_back_though_the_clock_is_late(
    sending: Campaign,
) -> None:
    now = database_now()
    first, second, *_ = Subscriber.objects.order_by("pk")
    for person, until in ((first, now), (second, now + timedelta(seconds=1))):
        Subscriber.objects.filter(pk=person.pk).update(paused_until=until, paused_at=now)
    claimed = claim(sending.pk, size=10, now=now)
    assert (len(claimed.deliveries), claimed.skipped) == (4, 1)
    skipped = Delivery.objects.get(status=DeliveryStatus.SKIPPED)
    assert (skipped.subscriber_id, skipped.reason) == (second.pk, SkipReason.PAUSED)
    assert totals(sending) == recount(sending)
