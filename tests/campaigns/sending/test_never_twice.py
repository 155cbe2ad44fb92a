"""A message that arrived, by what its provider reports, is never sent again.

Whatever people, workers and the clock do in between.
"""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.sending.claims.claim import Claim, claim
from campaigns.sending.claims.recover import recover_expired, repeat_by_key
from campaigns.sending.claims.settle import settle
from campaigns.sending.finish import finish_done
from campaigns.sending.launch import launch_now
from campaigns.sending.pause_cancel_undo import cancel, pause, resume
from campaigns.sending.resolve import RESOLUTIONS, resolve_uncertain
from campaigns.states import DELIVERY_TRANSITIONS, CampaignStatus, DeliveryStatus
from newsletter.models import ProviderEvent
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from newsletter.transport.results.result import Outcome, Result
from newsletter.webhooks.process_reports import process_reports
from subscribers.models import Subscription
from subscribers.states import SubscriptionStatus
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.sending.test_reported_by_provider import adds_up, bring
from tests.locks import until_somebody_waits

pytestmark = pytest.mark.services

LATER = Result(Outcome.LATER, reason="503", mailer="resend")
OUTCOMES = (
    Result(Outcome.ACCEPTED, mailer="resend"),
    Result(Outcome.REFUSED, reason="550", mailer="resend"),
    Result(Outcome.UNKNOWN, reason="no answer", mailer="resend"),
    Result(Outcome.UNKNOWN, reason="known", mailer="resend", key_is_known=True),
    LATER,
    Result(Outcome.LATER, reason="503", mailer="resend", mailer_wide=True),
    Result(Outcome.MISCONFIGURED, reason="401", mailer="resend"),
    None,
)
"""What becomes of a dispatch; None: it was not begun."""

ARRIVED = {
    "delivered": "delivered",
    "hard": "bounced",
    "soft": "bounced",
    "block": "bounced",
    "complained": "accepted",
}
"""The cases that leave a fact on the row, and what a delivery becomes by them."""
TAKEN = {**ARRIVED, "deferred": "accepted", "unsubscribed": "accepted"}


@pytest.fixture
def resend(settings: Settings) -> None:
    """A bulk mailer that knows idempotency keys for a day."""
    settings.MAILER_SETTINGS = {
        **settings.MAILER_SETTINGS,
        "bulk": parse_mailer_url("resend://:key@"),
    }


def in_doubt(campaign: Campaign, *, mailer: str = "smtp") -> Delivery:
    """The campaign's first delivery, after an attempt without an answer."""
    claimed = claim(campaign.pk, size=1, mailer=mailer)
    settle(
        claimed,
        {claimed.deliveries[0].pk: Result(Outcome.UNKNOWN, reason="no answer", mailer=mailer)},
    )
    return Delivery.objects.select_related("subscriber").get(pk=claimed.deliveries[0].pk)


def claimed_by_anybody(campaign: Campaign, **options: Any) -> set[int]:
    return {
        one.pk
        for one in claim(
            campaign.pk, size=100, now=timezone.now() + timedelta(hours=5), **options
        ).deliveries
    }


@pytest.mark.parametrize("case", TAKEN)
def test_an_event_moves_what_a_person_planned_again(case: str, sending: Campaign) -> None:
    delivery = in_doubt(sending)
    resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam")

    bring(case, delivery)
    process_reports()

    delivery.refresh_from_db()
    assert (delivery.status, delivery.claim_token, delivery.retry_at) == (TAKEN[case], None, None)
    assert delivery.settled_at
    assert delivery.pk not in claimed_by_anybody(sending)
    assert adds_up(sending)


@pytest.mark.usefixtures("resend")
@pytest.mark.parametrize("case", TAKEN)
def test_an_event_moves_what_waits_for_a_mailer_that_rests_to_be_repeated_under_its_key(
    case: str, sending: Campaign
) -> None:
    delivery = in_doubt(sending, mailer="resend")
    assert repeat_by_key(now=timezone.now() + timedelta(minutes=5)) == 1

    bring(case, delivery)
    process_reports()

    delivery.refresh_from_db()
    assert (delivery.status, delivery.same_key_until) == (TAKEN[case], None)
    assert delivery.pk not in claimed_by_anybody(sending, mailer="resend")
    assert repeat_by_key(now=timezone.now() + timedelta(days=2)) == 0
    assert adds_up(sending)


@pytest.mark.parametrize("is_mailer_wide", [False, True])
@pytest.mark.parametrize("case", TAKEN)
def test_an_event_moves_what_was_given_back_after_an_attempt_that_arrived_all_the_same(
    case: str, sending: Campaign, *, is_mailer_wide: bool
) -> None:
    claimed = claim(sending.pk, size=1, mailer="smtp")
    [one] = claimed.deliveries
    settle(
        claimed,
        {one.pk: Result(Outcome.LATER, reason="421", mailer="smtp", mailer_wide=is_mailer_wide)},
    )

    delivery = Delivery.objects.select_related("subscriber").get(pk=one.pk)
    bring(case, delivery)
    process_reports()

    delivery.refresh_from_db()
    assert delivery.status == TAKEN[case]
    assert one.pk not in claimed_by_anybody(sending)
    assert adds_up(sending)


@pytest.mark.parametrize("case", ARRIVED)
@pytest.mark.parametrize(
    "result",
    [LATER, Result(Outcome.LATER, mailer="smtp", mailer_wide=True), None],
    ids=["later", "rest", "unbegun"],
)
def test_a_claim_looks_at_facts_that_came_while_an_earlier_one_was_under_way(
    case: str, result: Result | None, sending: Campaign
) -> None:
    """The event is stored with a row that is being sent again, and told again later.

    The next claim may come first.
    """
    delivery = in_doubt(sending)
    resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam")
    second = claim(sending.pk, size=1, mailer="smtp")
    bring(case, delivery)
    process_reports()
    settle(second, {delivery.pk: result} if result else {})

    again = claimed_by_anybody(sending, mailer="smtp")

    assert delivery.pk not in again
    assert len(again) == 4
    delivery.refresh_from_db()
    assert (delivery.status, delivery.claim_token, delivery.retry_at) == (ARRIVED[case], None, None)
    assert adds_up(sending)
    process_reports()
    assert not ProviderEvent.objects.filter(interpreted_at=None).exists()
    assert adds_up(sending)


def test_an_event_that_is_to_be_told_again_keeps_a_claim_from_what_it_speaks_of(
    sending: Campaign,
) -> None:
    """The event said that the provider had it, in a kind that leaves no fact on the row.

    It came while that row was being sent again.
    """
    delivery = in_doubt(sending)
    resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam")
    second = claim(sending.pk, size=1, mailer="smtp")
    bring("deferred", delivery)
    process_reports()
    settle(second, {})

    assert delivery.pk not in {
        one.pk for one in claim(sending.pk, size=100, mailer="smtp").deliveries
    }
    assert claim(sending.pk, size=100, mailer="smtp").found_nothing, (
        "whoever sends does not turn in circles for it"
    )
    process_reports()

    delivery.refresh_from_db()
    assert delivery.status == "accepted"
    assert adds_up(sending)


def test_a_claim_looks_at_facts_even_where_no_attempt_is_known(sending: Campaign) -> None:
    """As in a database that was restored from before the attempt."""
    delivery = Delivery.objects.order_by("pk")[0]
    Delivery.objects.filter(pk=delivery.pk).update(delivered_at=timezone.now())

    assert delivery.pk not in claimed_by_anybody(sending)
    delivery.refresh_from_db()
    assert delivery.status == "delivered"
    assert adds_up(sending)


def test_whoever_left_by_a_link_in_it_and_came_back_has_had_it(sending: Campaign) -> None:
    delivery = in_doubt(sending)
    resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam")
    Delivery.objects.filter(pk=delivery.pk).update(unsubscribed_at=timezone.now())
    assert (
        Subscription.objects.get(subscriber=delivery.subscriber).status
        == SubscriptionStatus.CONFIRMED
    )

    assert delivery.pk not in claimed_by_anybody(sending)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.reason) == ("skipped", "unsubscribed")


@pytest.mark.parametrize("case", ARRIVED)
@pytest.mark.parametrize("to", RESOLUTIONS)
def test_a_person_s_word_does_not_overrule_what_the_provider_said(
    to: DeliveryStatus, case: str, sending: Campaign
) -> None:
    """The event was given up: nobody had settled the dispatch in time.

    Its fact stands on the row.
    """
    delivery = in_doubt(sending)
    column = {"delivered": "delivered_at", "complained": "complained_at"}.get(case, "bounced_at")
    Delivery.objects.filter(pk=delivery.pk).update(**{column: timezone.now()})

    assert resolve_uncertain(sending.pk, to=to, by="Sam") == 0

    delivery.refresh_from_db()
    assert (delivery.status, delivery.claim_token) == (ARRIVED[case], None)
    assert adds_up(sending)


def test_a_cancellation_tells_of_what_had_arrived(sending: Campaign) -> None:
    delivery = in_doubt(sending)
    resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam")
    Delivery.objects.filter(pk=delivery.pk).update(delivered_at=timezone.now())

    cancel(sending.pk)

    delivery.refresh_from_db()
    assert delivery.status == "delivered"
    assert adds_up(sending)


def test_a_campaign_ends_when_an_event_has_moved_its_last_planned_row(sending: Campaign) -> None:
    delivery = in_doubt(sending)
    rest = claim(sending.pk, size=9, mailer="smtp")
    settle(rest, {one.pk: Result(Outcome.ACCEPTED, mailer="smtp") for one in rest.deliveries})
    assert finish_done() == 1
    resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam")
    sending.refresh_from_db()
    assert sending.status == CampaignStatus.SENDING

    bring("delivered", delivery)
    process_reports()

    assert finish_done() == 1
    sending.refresh_from_db()
    assert sending.status == CampaignStatus.SENT
    assert adds_up(sending)


def test_nothing_that_arrived_is_ever_planned_again() -> None:
    assert DELIVERY_TRANSITIONS[DeliveryStatus.PLANNED] == {
        DeliveryStatus.CLAIMED,
        DeliveryStatus.UNCERTAIN,
    }
    assert DELIVERY_TRANSITIONS[DeliveryStatus.CLAIMED] == {DeliveryStatus.PLANNED}


def test_what_providers_have_brought_is_heard_before_anything_is_planned_again(
    sending: Campaign,
) -> None:
    """The report is there, and the clock has not come by yet."""
    delivery = in_doubt(sending)
    bring("delivered", delivery)

    assert resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam") == 0

    delivery.refresh_from_db()
    assert delivery.status == "delivered"
    assert adds_up(sending)


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"
)
def test_an_event_that_is_processed_while_a_person_decides_keeps_the_next_claim_away(
    transactional_db: None, draft: Campaign, followers: MakeFollowers
) -> None:
    """Processing finds the row locked, and passes over it. The next claim knows all the same."""
    followers(3)
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    delivery = in_doubt(campaign)

    def folded() -> None:
        try:
            process_reports()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            resolve_uncertain(campaign.pk, to=DeliveryStatus.PLANNED, by="Sam")
            bring_from(pool, delivery)
            pool.submit(folded).result()
        assert delivery.pk not in {
            one.pk for one in claim(campaign.pk, size=9, mailer="smtp").deliveries
        }
    process_reports()
    delivery.refresh_from_db()
    assert delivery.status == "delivered"
    assert adds_up(campaign)


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"
)
def test_a_person_who_decides_while_an_event_is_processed_finds_it_settled(
    transactional_db: None, draft: Campaign, followers: MakeFollowers
) -> None:
    followers(3)
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    delivery = in_doubt(campaign)
    bring("delivered", delivery)

    def decide() -> int:
        try:
            return resolve_uncertain(campaign.pk, to=DeliveryStatus.PLANNED, by="Sam")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            process_reports()
            decision = pool.submit(decide)
            until_somebody_waits(decision)
        assert decision.result() == 0
    delivery.refresh_from_db()
    assert delivery.status == "delivered"
    assert adds_up(campaign)


def bring_from(pool: ThreadPoolExecutor, delivery: Delivery) -> None:
    """A report that comes over a connection of its own."""

    def brought() -> None:
        try:
            bring("delivered", delivery)
        finally:
            connection.close()

    pool.submit(brought).result()


class NeverTwice(RuleBasedStateMachine):
    """A campaign through a mailer with keys, whose provider reports late and in any order."""

    campaign: Campaign

    def __init__(self) -> None:
        super().__init__()
        self._undone = transaction.atomic()
        self._undone.__enter__()
        self.now = timezone.now()
        self.claims: list[Claim] = []
        self.begun: set[int] = set()
        self.told: set[int] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._undone.__exit__(None, None, None)

    @rule(size=st.integers(1, 5), mailer=st.sampled_from(["resend", "resend", "another"]))
    def claim(self, size: int, mailer: str) -> None:
        claimed = claim(
            self.campaign.pk, size=size, mailer=mailer, now=self.now, token=uuid.uuid4()
        )
        ids = {one.pk for one in claimed.deliveries}
        assert not ids & self.told, "sent again, though a provider has said that it arrived"
        self.begun |= ids
        if ids:
            self.claims.append(claimed)

    @precondition(lambda self: self.claims)
    @rule(
        which=st.integers(0, 9),
        results=st.lists(st.sampled_from(OUTCOMES), min_size=5, max_size=5),
    )
    def settle(self, which: int, results: list[Result | None]) -> None:
        claimed = self.claims.pop(which % len(self.claims))
        settle(
            claimed,
            {
                one.pk: result
                for one, result in zip(claimed.deliveries, results, strict=False)
                if result
            },
            now=self.now,
        )

    @precondition(lambda self: self.begun)
    @rule(which=st.integers(0, 9), case=st.sampled_from([*TAKEN]))
    def tell(self, which: int, case: str) -> None:
        pk = sorted(self.begun)[which % len(self.begun)]
        bring(case, Delivery.objects.select_related("subscriber").get(pk=pk))
        process_reports()
        self.told.add(pk)

    @rule()
    def tell_again(self) -> None:
        process_reports()

    @rule(to=st.sampled_from([DeliveryStatus.PLANNED, DeliveryStatus.PLANNED, *RESOLUTIONS]))
    def decide(self, to: DeliveryStatus) -> None:
        resolve_uncertain(self.campaign.pk, to=to, by="Sam")

    @rule()
    def come_back(self) -> None:
        """Whoever complained or left may confirm anew."""
        Subscription.objects.update(status=SubscriptionStatus.CONFIRMED)

    @rule()
    def recover(self) -> None:
        recover_expired(now=self.now)
        repeat_by_key(now=self.now)
        finish_done()

    @rule(minutes=st.sampled_from([1, 3, 40, 26 * 60]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def pause_and_resume(self) -> None:
        pause(self.campaign.pk)
        assert claim(self.campaign.pk, size=9, now=self.now).found_nothing
        resume(self.campaign.pk)

    @invariant()
    def everybody_is_accounted_for(self) -> None:
        assert totals(self.campaign) == recount(self.campaign)
        assert totals(self.campaign).adds_up


@pytest.mark.usefixtures("resend")
def test_whatever_happens_in_whatever_order_nobody_is_sent_what_they_have(
    sending: Campaign,
) -> None:
    class Here(NeverTwice):
        campaign = sending

    run_state_machine_as_test(Here, settings=profile(max_examples=60, stateful_step_count=30))
