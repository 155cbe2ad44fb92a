"""The canary: some get a campaign first, and all others only once it did well."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.content.later_version import write_later_version
from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.sending.canary import go_on_after_canaries, pause_after_canaries
from campaigns.sending.claims.claim import Claim, claim
from campaigns.sending.claims.recover import recover_expired
from campaigns.sending.claims.settle import settle
from campaigns.sending.finish import finish_done, wake_sleepy
from campaigns.sending.launch import Canary, CannotLaunch, launch, launch_now
from campaigns.sending.pause_cancel_undo import cancel, pause, resume, undo
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.models import AuditEntry
from newsletter.transport.results.result import Outcome, Result
from subscribers.models import Subscriber
from tests.campaigns.conftest import MakeFollowers


@pytest.fixture
def approved(draft: Campaign, followers: MakeFollowers) -> Campaign:
    followers(30)
    approve(draft, by="Sam")
    return draft


def send(campaign: Campaign, *, outcome: Outcome = Outcome.ACCEPTED) -> Claim:
    claimed = claim(campaign.pk, size=100)
    settle(claimed, {one.pk: Result(outcome) for one in claimed.deliveries})
    return claimed


def status_of(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.status


def in_a_while(minutes: int = 10) -> int:
    return go_on_after_canaries(now=timezone.now() + timedelta(minutes=minutes, seconds=5))


def test_the_first_are_spread_over_domains_and_nobody_else_is_claimed(approved: Campaign) -> None:
    launched = launch_now(approved, canary=Canary(size=6))

    first = send(launched)

    assert Counter(one.email.rpartition("@")[2] for one in first.deliveries) == {
        f"mail{place}.example": 2 for place in range(3)
    }
    assert claim(launched.pk, size=100).found_nothing
    assert wake_sleepy(now=timezone.now() + timedelta(hours=1)) == 0
    assert finish_done() == 0


def test_sending_pauses_when_all_of_them_were_tried_and_a_person_goes_on(
    approved: Campaign,
) -> None:
    launched = launch_now(approved, canary=Canary(size=6))
    held = claim(launched.pk, size=4)
    assert pause_after_canaries() == 0
    settle(held, {one.pk: Result(Outcome.ACCEPTED) for one in held.deliveries})
    assert pause_after_canaries() == 0  # two are left
    send(launched)

    assert pause_after_canaries() == 1
    assert pause_after_canaries() == 0
    assert status_of(launched) == CampaignStatus.PAUSED
    assert launched.pause_reason == (
        "The first 6 emails were sent. Look at what came of them, then resume."
    )
    assert launched.canary_sent_at
    assert in_a_while(10_000) == 0

    assert resume(launched.pk)
    assert len(send(launched).deliveries) == 24
    assert pause_after_canaries() == 0
    assert finish_done() == 1
    assert totals(launched) == recount(launched)


def test_it_goes_on_by_itself_after_its_minutes_with_the_clock_as_the_actor(
    approved: Campaign,
) -> None:
    launched = launch_now(approved, canary=Canary(size=6, minutes=10))
    send(launched)
    pause_after_canaries()

    assert in_a_while(9) == 0
    assert in_a_while() == 1
    assert in_a_while() == 0

    assert status_of(launched) == CampaignStatus.SENDING
    assert len(send(launched).deliveries) == 24
    entry = AuditEntry.objects.filter(action="campaign.resumed").get()
    assert (entry.actor_kind, entry.details) == ("convene", {"after_minutes": 10})


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.REFUSED, "6 of 6 haven’t arrived"),
        (Outcome.UNKNOWN, "6 of 6 haven’t arrived"),
    ],
)
def test_it_waits_for_a_person_where_the_first_did_not_arrive(
    approved: Campaign, outcome: Outcome, words: str
) -> None:
    launched = launch_now(approved, canary=Canary(size=6, minutes=10))
    send(launched, outcome=outcome)
    pause_after_canaries()

    assert in_a_while() == 0

    assert status_of(launched) == CampaignStatus.PAUSED
    assert words in launched.pause_reason
    assert resume(launched.pk)
    assert len(claim(launched.pk, size=100).deliveries) == 24


@pytest.mark.parametrize(
    "put_off",
    [
        Result(Outcome.LATER, mailer="default", retry_after=60.0, postponed=True),
        Result(Outcome.LATER, mailer="default", retry_after=60.0, mailer_wide=True),
    ],
    ids=["the domain's limit", "the mailer takes nothing"],
)
def test_it_does_not_end_before_those_were_tried_who_were_put_off(
    approved: Campaign, put_off: Result
) -> None:
    launched = launch_now(approved, canary=Canary(size=6))
    first = claim(launched.pk, size=100)
    results = [Result(Outcome.ACCEPTED)] * 2 + [put_off] * 4
    settle(first, dict(zip((one.pk for one in first.deliveries), results, strict=True)))

    assert pause_after_canaries() == 0

    Delivery.objects.update(retry_at=None)
    assert len(send(launched).deliveries) == 4
    assert pause_after_canaries() == 1


def test_whoever_waits_for_a_neutral_sender_keeps_nobody_waiting(approved: Campaign) -> None:
    launched = launch_now(approved, canary=Canary(size=6))
    waits = Delivery.objects.order_by("pk")[0]
    assert waits.subscriber_id
    Subscriber.objects.filter(pk=waits.subscriber_id).update(discreet_since=timezone.now())
    held = claim(launched.pk, size=100, holds_discreet=True)
    settle(held, {one.pk: Result(Outcome.ACCEPTED) for one in held.deliveries})

    assert len(held.deliveries) == 5
    assert pause_after_canaries() == 1


def test_one_complaint_is_enough_to_ask_a_person(approved: Campaign) -> None:
    launched = launch_now(approved, canary=Canary(size=6, minutes=10))
    first = send(launched)
    pause_after_canaries()
    Delivery.objects.filter(pk=first.deliveries[0].pk).update(complained_at=timezone.now())

    assert in_a_while() == 0
    assert "1 of 6 recipients reported spam" in Campaign.objects.get().pause_reason


def test_the_canary_is_no_harm_to_those_after_it_when_all_of_it_left(approved: Campaign) -> None:
    launched = launch_now(approved, canary=Canary(size=3, minutes=1))
    ids = Delivery.objects.order_by("pk").values_list("pk", flat=True)[:3]
    Delivery.objects.filter(pk__in=list(ids)).update(unsubscribed_at=timezone.now())
    send(launched)

    assert pause_after_canaries() == 1
    assert in_a_while() == 0
    assert "to nobody" in Campaign.objects.get().pause_reason


def test_a_person_s_pause_before_all_were_tried_does_not_end_the_stage(approved: Campaign) -> None:
    launched = launch_now(approved, canary=Canary(size=6, minutes=10))
    held = claim(launched.pk, size=4)
    assert pause(launched.pk)
    settle(held, {one.pk: Result(Outcome.ACCEPTED) for one in held.deliveries})
    assert in_a_while(10_000) == 0
    assert resume(launched.pk)

    assert len(send(launched).deliveries) == 2
    assert pause_after_canaries() == 1
    assert in_a_while() == 1


def test_pause_takes_the_rule_from_a_campaign_that_would_go_on_by_itself(
    approved: Campaign,
) -> None:
    launched = launch_now(approved, canary=Canary(size=6, minutes=10))
    send(launched)
    pause_after_canaries()

    assert pause(launched.pk)
    assert not pause(launched.pk)

    assert in_a_while() == 0
    assert status_of(launched) == CampaignStatus.PAUSED
    assert resume(launched.pk)


def test_stopped_in_the_stage_everybody_is_accounted_for(approved: Campaign) -> None:
    launched = launch_now(approved, canary=Canary(size=6, minutes=10))
    send(launched)
    pause_after_canaries()

    assert cancel(launched.pk)

    assert in_a_while() == 0
    sums = totals(launched)
    assert (sums.accepted, sums.skipped) == (6, 24)
    assert sums == recount(launched)


def test_a_worker_that_dies_with_the_canary_leaves_it_in_doubt_and_paused(
    approved: Campaign,
) -> None:
    launched = launch_now(approved, canary=Canary(size=6, minutes=10))
    claim(launched.pk, size=100)
    assert pause_after_canaries() == 0

    assert recover_expired(now=timezone.now() + timedelta(hours=1)) == 6

    assert pause_after_canaries() == 1
    assert in_a_while() == 0  # nobody knows whether they arrived
    assert Delivery.objects.filter(status=DeliveryStatus.UNCERTAIN).count() == 6


@pytest.mark.parametrize("size", [30, 31, 10_000])
def test_a_canary_as_large_as_the_audience_is_none(approved: Campaign, size: int) -> None:
    launched = launch_now(approved, canary=Canary(size=size))
    assert len(send(launched).deliveries) == 30
    assert pause_after_canaries() == 0
    assert finish_done() == 1


@pytest.mark.parametrize(
    "canary",
    [Canary(size=0), Canary(size=10_001), Canary(size=5, minutes=0), Canary(size=5, minutes=9999)],
)
def test_a_canary_beyond_its_bounds_is_refused(approved: Campaign, canary: Canary) -> None:
    with pytest.raises(CannotLaunch, match="From 1 to|after 1 to"):
        launch_now(approved, canary=canary)


def test_a_launch_with_a_canary_can_be_undone_and_repeated_without(approved: Campaign) -> None:
    launch(approved, canary=Canary(size=6), undo_window=timedelta(minutes=10))
    assert undo(approved.pk)
    launched = launch_now(Campaign.objects.get())
    assert len(send(launched).deliveries) == 30


def test_a_new_version_for_the_rest_ends_the_earlier_one_which_waits_for_nobody(
    approved: Campaign,
) -> None:
    launched = launch_now(approved, canary=Canary(size=6))
    send(launched)
    pause_after_canaries()
    later = write_later_version(launched)
    approve(later, by="Sam")

    assert launch_now(later).candidates == 24

    assert pause_after_canaries() == 0
    assert finish_done() == 1
    assert status_of(launched) == CampaignStatus.SENT
