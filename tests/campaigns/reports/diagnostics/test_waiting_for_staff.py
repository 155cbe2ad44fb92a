"""Checks of what waits for a person."""

import pytest

from campaigns.models import DeliveryTally
from campaigns.reports.diagnostics.finding import NAMED, Level
from campaigns.states import CampaignStatus, DeliveryStatus
from subscribers.models import Topic
from tests.campaigns.reports.diagnostics.findings import a_campaign, found

pytestmark = pytest.mark.django_db


def test_uncertain_deliveries_are_worth_a_look_and_say_how_they_are_settled(topic: Topic) -> None:
    campaign = a_campaign(topic, CampaignStatus.SENT)
    DeliveryTally.objects.create(campaign=campaign, status=DeliveryStatus.UNCERTAIN, number=3)
    [finding] = found("uncertain")
    assert finding.level is Level.LOOK
    assert f"resolve_uncertain {campaign.pk}" in finding.message


def test_of_many_campaigns_the_newest_are_named_and_the_others_counted(topic: Topic) -> None:
    sent = [a_campaign(topic, CampaignStatus.SENT) for _ in range(NAMED + 2)]
    DeliveryTally.objects.bulk_create(
        DeliveryTally(campaign=one, status=DeliveryStatus.UNCERTAIN, number=1) for one in sent
    )
    for _ in range(NAMED + 3):
        a_campaign(topic, CampaignStatus.PAUSED)

    uncertain, paused = found("uncertain"), found("paused")

    assert f"resolve_uncertain {sent[-1].pk} " in uncertain[0].message
    assert (len(uncertain), uncertain[-1].message) == (
        NAMED + 1,
        "There are also uncertain emails in 2 older campaigns.",
    )
    assert (len(paused), paused[-1].message) == (NAMED + 1, "Also paused: 3 older campaigns.")


def test_a_paused_campaign_says_why(topic: Topic) -> None:
    a_campaign(topic, CampaignStatus.PAUSED, pause_reason="The mailer refuses us")
    assert "The mailer refuses us" in found("paused")[0].message
