"""Resolving: a person decides about deliveries in doubt, and facts overrule them."""

from datetime import timedelta

import pytest

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.recover import recover_expired
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.sending.resolve import NotResolvable, resolve_uncertain
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.core.db.clock import database_now
from newsletter.models import InboxMessage


def status_of(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.status


def test_a_person_can_plan_uncertain_deliveries_again_which_reopens_the_campaign(
    sending: Campaign,
) -> None:
    lost = claim(sending.pk, size=2)
    recover_expired(now=lost.lease_until + timedelta(seconds=1))
    send_batch(sending.pk)
    advance_campaigns()

    assert resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam") == 2
    assert status_of(sending) == CampaignStatus.SENDING
    send_batch(sending.pk)
    advance_campaigns()

    assert status_of(sending) == CampaignStatus.SENT
    assert InboxMessage.objects.count() == 5


def test_a_person_who_finds_an_email_sent_says_so(sending: Campaign) -> None:
    lost = claim(sending.pk, size=2)
    recover_expired(now=lost.lease_until + timedelta(seconds=1))
    send_batch(sending.pk)

    assert resolve_uncertain(sending.pk, to=DeliveryStatus.ACCEPTED, by="Sam") == 2
    assert totals(sending).accepted == 5
    assert totals(sending) == recount(sending)
    assert InboxMessage.objects.count() == 3


def test_an_uncertain_delivery_becomes_nothing_else(sending: Campaign) -> None:
    with pytest.raises(NotResolvable, match="accepted, planned or failed"):
        resolve_uncertain(sending.pk, to=DeliveryStatus.DELIVERED, by="Sam")


def test_uncertain_deliveries_of_a_cancelled_campaign_can_only_fail(sending: Campaign) -> None:
    lost = claim(sending.pk, size=2)
    recover_expired(now=lost.lease_until + timedelta(seconds=1))
    cancel(sending.pk)

    with pytest.raises(NotResolvable, match="cancelled"):
        resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam")
    assert resolve_uncertain(sending.pk, to=DeliveryStatus.FAILED, by="Sam") == 2


def in_doubt(campaign: Campaign, number: int = 2) -> list[int]:
    lost = claim(campaign.pk, size=number)
    recover_expired(now=lost.lease_until + timedelta(seconds=1))
    return [one.pk for one in lost.deliveries]


def test_a_person_may_decide_about_some_of_them_alone(sending: Campaign) -> None:
    first, second = in_doubt(sending)

    assert (
        resolve_uncertain(sending.pk, to=DeliveryStatus.FAILED, by="Sam", delivery_ids=[first, 0])
        == 1
    )

    assert dict(Delivery.objects.filter(pk__in=[first, second]).values_list("pk", "status")) == {
        first: "failed",
        second: "uncertain",
    }
    assert totals(sending) == recount(sending)


@pytest.mark.parametrize(
    ("to", "is_settled", "is_due"),
    [
        (DeliveryStatus.ACCEPTED, True, False),
        (DeliveryStatus.FAILED, True, False),
        (DeliveryStatus.PLANNED, False, True),
    ],
)
def test_a_decision_is_kept_with_who_took_it_and_nothing_contradicts_it(
    sending: Campaign, to: DeliveryStatus, is_settled: bool, is_due: bool
) -> None:
    first, _ = in_doubt(sending)

    assert resolve_uncertain(sending.pk, to=to, by="Sam") == 2

    row = Delivery.objects.get(pk=first)
    assert (row.status, row.reason) == (to, "Resolved by Sam.")
    assert (row.claim_token, row.same_key_until) == (None, None)
    assert (row.settled_at is not None, row.retry_at is not None) == (is_settled, is_due)


def test_nothing_in_doubt_is_nothing_to_resolve_and_reopens_nothing(sending: Campaign) -> None:
    Delivery.objects.update(status=DeliveryStatus.ACCEPTED)
    Campaign.objects.update(status=CampaignStatus.SENT)

    assert resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam") == 0

    assert status_of(sending) == CampaignStatus.SENT


def test_what_was_delivered_is_not_planned_again_whatever_a_person_says(sending: Campaign) -> None:
    first, second = in_doubt(sending)
    Delivery.objects.filter(pk=first).update(delivered_at=database_now())

    assert resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam") == 1

    assert Delivery.objects.get(pk=first).status == DeliveryStatus.DELIVERED
    assert Delivery.objects.get(pk=second).status == DeliveryStatus.PLANNED
