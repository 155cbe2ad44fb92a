"""The clock: it does what the rows call for, says how much, and is stopped by no failure."""

from datetime import timedelta

from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery
from campaigns.review.approval import approve
from campaigns.sending.advance import Advance, advance_campaigns
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.settle import settle
from campaigns.sending.guard import count_facts
from campaigns.sending.launch import launch
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus, DeliveryStatus, Fact
from newsletter.core.db.clock import database_now
from newsletter.transport.results.result import Outcome, Result
from tests.campaigns.conftest import MakeFollowers


def status_of(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.status


def test_a_campaign_that_does_harm_is_stopped_by_the_clock(
    sending: Campaign, settings: Settings
) -> None:
    settings.GUARD_LEAST = 1
    first = claim(sending.pk, size=2)
    settle(first, {one.pk: Result(Outcome.ACCEPTED) for one in first.deliveries})
    count_facts(sending.pk, {Fact.COMPLAINED: 1})

    assert advance_campaigns().stopped == 1

    assert status_of(sending) == CampaignStatus.PAUSED


def test_an_action_of_the_clock_that_fails_keeps_it_from_no_other(
    sending: Campaign, settings: Settings
) -> None:
    settings.VAR_DIR = "no path at all"  # whoever looks for journals fails
    Delivery.objects.update(status=DeliveryStatus.SKIPPED)

    assert advance_campaigns().finished == 1


def test_a_quiet_clock_has_nothing_to_do(db: None) -> None:
    assert advance_campaigns() == Advance(
        recovered=0, stopped=0, lapsed=0, started=0, canaries=0, woken=0, finished=0
    )


def test_the_clock_says_what_it_has_done(draft: Campaign, followers: MakeFollowers) -> None:
    followers(2)
    approve(draft, by="Sam")
    launch(draft)
    Campaign.objects.update(scheduled_at=timezone.now() - timedelta(seconds=1))

    first = advance_campaigns()
    lost = claim(draft.pk, size=1)
    Delivery.objects.filter(pk=lost.deliveries[0].pk).update(
        lease_until=database_now() - timedelta(seconds=1)
    )
    send_batch(draft.pk)
    second = advance_campaigns()

    assert (first.started, first.woken, first.finished) == (1, 1, 0)
    assert (second.recovered, second.started, second.finished) == (1, 0, 1)
    assert status_of(draft) == CampaignStatus.SENT
