"""Finishing: a campaign is sent when nothing is planned or claimed; one that sleeps is woken."""

import uuid
from datetime import timedelta

import pytest
from django.conf import settings as django_settings

from campaigns.models import Campaign, Delivery
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.claims.claim import claim
from campaigns.sending.finish import finish_done, wake_sleepy
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.core.db.clock import database_now
from newsletter.models import MailerHealth


def status_of(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.status


def test_a_campaign_with_open_rows_is_not_finished(sending: Campaign) -> None:
    claim(sending.pk, size=5)
    advance_campaigns()
    assert status_of(sending) == CampaignStatus.SENDING


def test_the_clock_wakes_a_campaign_that_nobody_claims_from(sending: Campaign) -> None:
    assert advance_campaigns().woken == 1
    claim(sending.pk, size=1)
    assert advance_campaigns().woken == 0


def test_the_clock_wakes_a_campaign_as_soon_as_its_mailer_has_rested(sending: Campaign) -> None:
    """Not after the quarter of a minute in which a worker would be missed."""
    claim(sending.pk, size=1)
    now = database_now()
    health = MailerHealth.objects.create(
        mailer="inbox", rests_until=now + timedelta(seconds=5), changed_at=now, reason="429"
    )

    assert wake_sleepy(now=now + timedelta(seconds=4)) == 0
    health.rests_until = now
    health.save()
    assert wake_sleepy(now=now + timedelta(seconds=1)) == 1
    claim(sending.pk, size=1, now=now + timedelta(seconds=2))
    assert wake_sleepy(now=now + timedelta(seconds=3)) == 0, "somebody tries it"


OPEN = ("planned", "claimed")


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("state", DeliveryStatus.values)
def test_a_campaign_ends_with_its_last_open_delivery(sending: Campaign, state: str) -> None:
    is_claimed = state == DeliveryStatus.CLAIMED
    lease = {"claim_token": uuid.uuid4(), "lease_until": database_now()} if is_claimed else {}
    Delivery.objects.update(status=state, **lease)

    assert finish_done() == (state not in OPEN)

    assert status_of(sending) == (CampaignStatus.SENDING if state in OPEN else CampaignStatus.SENT)
    assert (sending.finished_at is None) == (state in OPEN)
    assert finish_done() == 0


@pytest.mark.parametrize("status", [CampaignStatus.PAUSED, CampaignStatus.CANCELLED])
def test_a_campaign_that_is_not_being_sent_is_not_finished(
    sending: Campaign, status: CampaignStatus
) -> None:
    Delivery.objects.update(status=DeliveryStatus.ACCEPTED)
    Campaign.objects.update(status=status)

    assert finish_done() == 0
    assert status_of(sending) == status


def test_nobody_is_woken_while_every_mailer_rests(sending: Campaign) -> None:
    now = database_now()
    MailerHealth.objects.create(
        mailer="inbox", rests_until=now + timedelta(hours=1), changed_at=now, reason="429"
    )

    assert wake_sleepy(now=now) == 0


def test_nobody_is_woken_where_nothing_is_due(sending: Campaign) -> None:
    now = database_now()
    Delivery.objects.update(retry_at=now + timedelta(minutes=1))

    assert wake_sleepy(now=now) == 0
    assert wake_sleepy(now=now + timedelta(minutes=1)) == 1


def test_nobody_is_woken_for_a_campaign_from_which_somebody_claims(sending: Campaign) -> None:
    now = database_now()
    Campaign.objects.update(last_claim_at=now)

    assert wake_sleepy(now=now + django_settings.WAKE_AFTER) == 0
    assert wake_sleepy(now=now + django_settings.WAKE_AFTER + timedelta(seconds=1)) == 1


def test_a_campaign_is_woken_though_the_clock_was_set_back_since_its_last_claim(
    sending: Campaign,
) -> None:
    now = database_now()
    Campaign.objects.update(last_claim_at=now + timedelta(hours=3))

    assert wake_sleepy(now=now) == 1
    assert wake_sleepy(now=now + timedelta(hours=3)) == 0, "that claim is of this very moment"
    claim(sending.pk, size=1, now=now)
    assert wake_sleepy(now=now) == 0, "a claim tells again when somebody was last here"
