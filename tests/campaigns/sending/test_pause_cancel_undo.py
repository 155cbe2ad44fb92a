"""Control: pause, resume, cancel and undo, each from the states that allow it, and once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.settle import settle
from campaigns.sending.launch import launch, launch_now
from campaigns.sending.pause_cancel_undo import (
    WORKERS_PER_CAMPAIGN,
    cancel,
    pause,
    resume,
    undo,
    wake_workers,
)
from campaigns.states import CampaignStatus, DeliveryStatus, SkipReason
from newsletter.core.db.clock import database_now
from newsletter.models import Epoch
from newsletter.transport.results.result import Outcome, Result
from subscribers.models import Subscriber

pytestmark = pytest.mark.services


def status_of(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.status


def test_nothing_is_claimed_while_paused_and_all_is_when_resumed(sending: Campaign) -> None:
    assert pause(sending.pk)
    assert claim(sending.pk, size=5).found_nothing

    assert resume(sending.pk)
    assert not resume(sending.pk)
    assert len(claim(sending.pk, size=5).deliveries) == 5


def test_a_launch_can_be_undone_within_the_window_and_not_after(
    draft: Campaign, ada: Subscriber
) -> None:
    approve(draft, by="Sam")
    launch(draft)

    assert undo(draft.pk)
    draft.refresh_from_db()
    assert draft.status == CampaignStatus.APPROVED
    assert Delivery.objects.count() == 0

    launch_now(draft)
    assert not undo(draft.pk)


def test_a_cancelled_campaign_says_who_was_not_sent_it(sending: Campaign) -> None:
    assert cancel(sending.pk)
    assert not cancel(sending.pk)

    sending.refresh_from_db()
    assert sending.status == CampaignStatus.CANCELLED
    assert set(Delivery.objects.values_list("status", "reason")) == {
        (DeliveryStatus.SKIPPED, "cancelled")
    }
    assert totals(sending) == recount(sending)
    assert totals(sending).skipped == 5


def test_a_mended_mailer_is_used_as_soon_as_the_campaign_is_resumed(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=1)
    pause(sending.pk)
    settle(claimed, {claimed.deliveries[0].pk: Result(Outcome.MISCONFIGURED)})
    resume(sending.pk)

    assert len(claim(sending.pk, size=9).deliveries) == 5


def ends(campaign: Campaign) -> dict[str, int]:
    counted = totals(campaign)
    assert counted == recount(campaign)
    return {
        state: number
        for state in ("planned", "claimed", "accepted", "delivered", "skipped", "uncertain")
        if (number := getattr(counted, state))
    }


def test_workers_are_woken_once_the_change_is_safe(
    sending: Campaign, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        wake_workers(sending.pk)

    assert len(callbacks) == WORKERS_PER_CAMPAIGN


def test_a_pause_keeps_its_reason_and_is_one_persons(sending: Campaign) -> None:
    assert pause(sending.pk, reason="x" * 400)
    assert not pause(sending.pk, reason="another")

    assert (status_of(sending), sending.pause_reason) == (CampaignStatus.PAUSED, "x" * 300)


def test_resuming_empties_the_reason(sending: Campaign) -> None:
    pause(sending.pk, reason="the mailer")

    assert resume(sending.pk)

    assert (status_of(sending), sending.pause_reason) == (CampaignStatus.SENDING, "")


@pytest.mark.thorough(sample=4)
@pytest.mark.parametrize("status", CampaignStatus.values)
def test_only_a_paused_campaign_is_resumed(sending: Campaign, status: str) -> None:
    Campaign.objects.update(status=status)

    assert resume(sending.pk) == (status == CampaignStatus.PAUSED)


@pytest.mark.thorough(sample=4)
@pytest.mark.parametrize("status", CampaignStatus.values)
def test_only_a_scheduled_launch_is_undone(sending: Campaign, status: str) -> None:
    Campaign.objects.update(status=status)

    assert undo(sending.pk) == (status == CampaignStatus.SCHEDULED)


@pytest.mark.parametrize("act", [pause, cancel], ids=["pause", "cancel"])
def test_what_was_stopped_is_remembered_outside_of_the_database(
    sending: Campaign, act: Callable[[int], bool]
) -> None:
    """Else an older copy of the database would send it."""
    before = Epoch.objects.count()

    assert act(sending.pk)
    first = Epoch.objects.count()
    assert not act(sending.pk)

    assert (first, Epoch.objects.count()) == (before + 1, before + 1)


def test_a_cancellation_skips_what_is_planned_and_leaves_what_was_sent(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=2)
    settle(claimed, {one.pk: Result(Outcome.ACCEPTED) for one in claimed.deliveries})

    assert cancel(sending.pk)

    assert ends(sending) == {"accepted": 2, "skipped": 3}
    assert (status_of(sending), sending.finished_at is None) == (CampaignStatus.CANCELLED, False)
    assert set(
        Delivery.objects.filter(status=DeliveryStatus.SKIPPED).values_list("reason", flat=True)
    ) == {SkipReason.CANCELLED}


def test_a_cancellation_leaves_what_is_being_sent_to_its_worker(sending: Campaign) -> None:
    claim(sending.pk, size=2)

    assert cancel(sending.pk)

    assert ends(sending) == {"claimed": 2, "skipped": 3}


def test_a_cancellation_shows_each_doubt_and_each_fact(sending: Campaign) -> None:
    first, second = Delivery.objects.order_by("pk")[:2]
    now = database_now()
    Delivery.objects.filter(pk=first.pk).update(same_key_until=now + timedelta(hours=1))
    Delivery.objects.filter(pk=second.pk).update(delivered_at=now)

    assert cancel(sending.pk)

    assert ends(sending) == {"uncertain": 1, "delivered": 1, "skipped": 3}


def test_a_campaign_that_has_ended_is_not_cancelled(sending: Campaign) -> None:
    Campaign.objects.update(status=CampaignStatus.SENT)

    assert not cancel(sending.pk)
    assert ends(sending) == {"planned": 5}
