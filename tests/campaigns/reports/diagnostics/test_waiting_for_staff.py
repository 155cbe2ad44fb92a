"""Checks of what waits for a person."""

import pytest
from django.utils import timezone

from campaigns.models import Campaign, DeliveryTally
from campaigns.reports.diagnostics.finding import NAMED, Level
from campaigns.sending.canary import waiting_words
from campaigns.sending.pause_for_event import SINCE
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


REFUSED = "The email provider rejected our settings: HTTP 401."
GUARD = "Paused automatically: 9 of 60 mailboxes do not exist. The limit is 5 %."


@pytest.mark.parametrize("reason", [REFUSED, GUARD])
def test_a_campaign_that_was_stopped_is_to_be_mended_and_says_why(
    topic: Topic, reason: str
) -> None:
    campaign = a_campaign(topic, CampaignStatus.PAUSED, pause_reason=reason)
    [finding] = found("paused")
    assert finding.level is Level.MEND
    assert finding.message.endswith(reason)
    assert f"manage.py resume_campaign {campaign.pk}" in finding.words


@pytest.mark.parametrize("reason", ["", f"Paused automatically: {SINCE}"])
def test_what_a_person_has_paused_or_changed_waits_for_a_decision(
    topic: Topic, reason: str
) -> None:
    a_campaign(topic, CampaignStatus.PAUSED, pause_reason=reason)
    assert [each.level for each in found("paused")] == [Level.LOOK]


def test_a_canary_waits_for_a_decision_until_it_went_wrong(topic: Topic) -> None:
    campaign = a_campaign(
        topic, CampaignStatus.PAUSED, canary_size=20, canary_sent_at=timezone.now()
    )
    Campaign.objects.update(pause_reason=waiting_words(campaign))
    assert [each.level for each in found("paused")] == [Level.LOOK]
    Campaign.objects.update(pause_reason="4 of 20 emails bounced.")
    assert [each.level for each in found("paused")] == [Level.MEND]
