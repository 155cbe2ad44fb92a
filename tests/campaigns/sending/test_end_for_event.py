"""When an event is cancelled, nobody else is invited to it, reminded of it, or told how to join."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from campaigns.audience.rules import told_of
from campaigns.events.schedule import cancel_event, change_event
from campaigns.models import Audience, Campaign, Delivery, Event
from campaigns.review.approval import approve
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.claims.claim import Claim, claim
from campaigns.sending.claims.recover import recover_expired, repeat_by_key
from campaigns.sending.claims.settle import settle
from campaigns.sending.launch import launch_now
from campaigns.sending.pause_cancel_undo import pause
from campaigns.sending.resolve import NotResolvable, resolve_uncertain
from campaigns.sending.send import send_batch
from campaigns.states import (
    AudienceRule,
    CampaignKind,
    CampaignStatus,
    DeliveryStatus,
    SkipReason,
)

pytestmark = pytest.mark.django_db


def status_of(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.status


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("rule", ["", AudienceRule.NO_ANSWER, AudienceRule.ACCEPTED])
@pytest.mark.parametrize("is_paused", [False, True])
def test_what_asks_people_to_a_cancelled_event_stops(
    event: Event, sending: Campaign, rule: str, is_paused: bool
) -> None:
    Audience.objects.update(rule=rule)
    if is_paused:
        pause(sending.pk)
    cancel_event(event)
    assert status_of(sending) == CampaignStatus.CANCELLED
    rows = set(Delivery.objects.values_list("status", "reason"))
    assert rows == {(DeliveryStatus.SKIPPED, SkipReason.CANCELLED)}
    assert claim(sending.pk, size=9).found_nothing


def test_whom_it_was_reaching_is_told_of_the_cancellation(event: Event, sending: Campaign) -> None:
    begun = claim(sending.pk, size=2)
    cancel_event(event)
    assert Campaign.objects.filter(kind=CampaignKind.CANCELLATION).count() == 1
    Delivery.objects.filter(pk__in=[each.pk for each in begun.deliveries]).update(
        status=DeliveryStatus.ACCEPTED
    )
    assert Delivery.objects.filter(told_of(AudienceRule.HOLDERS, event.pk)).count() == 2


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        (CampaignKind.CANCELLATION, AudienceRule.HOLDERS),
        (CampaignKind.ANNOUNCEMENT, AudienceRule.CAME),
        (CampaignKind.ANNOUNCEMENT, AudienceRule.DID_NOT_COME),
    ],
)
def test_what_tells_of_it_goes_on_and_so_do_follow_ups(
    event: Event, sending: Campaign, kind: str, rule: str
) -> None:
    Campaign.objects.update(kind=kind)
    Audience.objects.update(rule=rule)
    cancel_event(event)
    assert status_of(sending) == CampaignStatus.SENDING


def test_what_is_sent_about_another_event_goes_on(event: Event, sending: Campaign) -> None:
    Campaign.objects.update(event=None)
    cancel_event(event)
    assert status_of(sending) == CampaignStatus.SENDING


def test_what_is_in_doubt_is_not_sent_again(event: Event, sending: Campaign) -> None:
    lost = claim(sending.pk, size=2)
    later = lost.lease_until + timedelta(seconds=1)
    recover_expired(now=later)
    send_batch(sending.pk)
    advance_campaigns()
    assert status_of(sending) == CampaignStatus.SENT
    Delivery.objects.filter(status=DeliveryStatus.UNCERTAIN).update(
        same_key_until=later + timedelta(hours=1), retry_at=later
    )
    cancel_event(event)
    assert repeat_by_key(now=later) == 0
    with pytest.raises(NotResolvable, match="event was cancelled"):
        resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam")
    assert status_of(sending) == CampaignStatus.SENT


def test_where_it_has_reached_nobody_there_is_nobody_to_tell(
    event: Event, sending: Campaign
) -> None:
    cancel_event(event)
    assert not Campaign.objects.filter(kind=CampaignKind.CANCELLATION).exists()


@pytest.fixture
def lost(event: Event, sending: Campaign) -> Claim:
    """Two emails of a sent campaign that are in doubt, because their worker is late."""
    lost = claim(sending.pk, size=2)
    recover_expired(now=lost.lease_until + timedelta(seconds=1))
    send_batch(sending.pk)
    advance_campaigns()
    assert status_of(sending) == CampaignStatus.SENT
    return lost


def tell(event: Event) -> None:
    """Have an email told people of another place."""
    change_event(event, venue="Parliament")
    update = Campaign.objects.get(kind=CampaignKind.UPDATE)
    approve(update, by="Sam")
    launch_now(update)


@pytest.mark.parametrize("change", [tell, cancel_event])
def test_once_people_were_told_of_a_change_nothing_in_doubt_from_before_is_sent_again(
    event: Event, sending: Campaign, lost: Claim, change: Callable[[Event], object]
) -> None:
    change(event)
    with pytest.raises(NotResolvable, match="told of another time or place since"):
        resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam")
    settle(lost, {})
    assert status_of(sending) == CampaignStatus.SENT
    rows = Delivery.objects.filter(pk__in=[each.pk for each in lost.deliveries])
    assert set(rows.values_list("status", flat=True)) == {DeliveryStatus.SKIPPED}


def test_before_that_it_is(event: Event, sending: Campaign, lost: Claim) -> None:
    change_event(event, venue="Parliament")
    settle(lost, {})
    assert status_of(sending) == CampaignStatus.SENDING
