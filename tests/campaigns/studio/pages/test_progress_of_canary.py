"""The progress page of a campaign that some get before all others."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign, Delivery
from campaigns.review.approval import approve
from campaigns.sending.canary import go_on_after_canaries, pause_after_canaries
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.settle import settle
from campaigns.sending.launch import Canary, launch_now
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.transport.results.result import Outcome, Result
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.studio.page_helpers import page


@pytest.fixture
def going_on(draft: Campaign, followers: MakeFollowers) -> Campaign:
    """A campaign that waits after its canary, and goes on by itself."""
    followers(5)
    approve(draft, by="Sam")
    launched = launch_now(draft, canary=Canary(size=2, minutes=30))
    claimed = claim(launched.pk, size=10)
    settle(claimed, {one.pk: Result(Outcome.ACCEPTED) for one in claimed.deliveries})
    pause_after_canaries()
    launched.refresh_from_db()
    return launched


def test_what_would_go_on_by_itself_can_be_kept_paused(lees: Client, going_on: Campaign) -> None:
    html = lees.get(page("progress", going_on)).content.decode()
    assert "goes on by itself after 30 minutes" in html
    assert ">Keep paused</button>" in html

    html = lees.post(page("control", going_on), {"act": "keep"}, follow=True).content.decode()

    assert "stays paused until somebody resumes it." in html
    assert ">Keep paused</button>" not in html
    assert "goes on by itself" not in html
    assert go_on_after_canaries(now=timezone.now() + timedelta(hours=1)) == 0
    going_on.refresh_from_db()
    assert going_on.status == CampaignStatus.PAUSED


def test_a_page_that_shows_another_reason_is_reloaded(lees: Client, going_on: Campaign) -> None:
    was = lees.get(page("progress", going_on)).context["mark"]
    Delivery.objects.filter(status=DeliveryStatus.ACCEPTED).update(status=DeliveryStatus.BOUNCED)
    go_on_after_canaries(now=timezone.now() + timedelta(hours=1))
    assert "goes on by itself" not in Campaign.objects.get(pk=going_on.pk).pause_reason

    query = {"was": was}
    answer = lees.get(page("progress", going_on), query, headers={"HX-Request": "true"})

    assert answer["HX-Refresh"] == "true"
