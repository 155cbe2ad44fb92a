"""Checks of clock and workers, and of what waits for a person."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Delivery, DeliveryTally
from campaigns.reports.diagnostics.finding import NAMED, Level
from campaigns.states import CampaignStatus, DeliveryStatus
from subscribers.models import FormSubmission, Subscriber, Topic
from subscribers.states import ConsentMethod, SubmissionKind
from tests.campaigns.reports.diagnostics.findings import a_campaign, found, to_mend

pytestmark = pytest.mark.django_db


def test_a_campaign_that_nobody_starts_shows_a_dead_clock(topic: Topic) -> None:
    a_campaign(topic, CampaignStatus.SCHEDULED, scheduled_at=timezone.now() - timedelta(minutes=10))
    assert "has been due to start" in to_mend("clock")


def test_a_campaign_that_waits_for_its_hour_is_no_fault(topic: Topic) -> None:
    a_campaign(topic, CampaignStatus.SCHEDULED, scheduled_at=timezone.now() + timedelta(days=1))
    assert to_mend("clock") == ""


def test_a_sending_campaign_without_workers_is_found(topic: Topic, ada: Subscriber) -> None:
    campaign = a_campaign(
        topic, CampaignStatus.SENDING, launched_at=timezone.now() - timedelta(minutes=10)
    )
    delivery = Delivery.objects.create(campaign=campaign, subscriber=ada, language="en")
    assert "has made no progress" in to_mend("clock")
    Delivery.objects.filter(pk=delivery.pk).update(retry_at=timezone.now() + timedelta(hours=1))
    assert to_mend("clock") == ""  # it waits, because the mailer asked for that


def test_a_claim_that_ran_out_is_found(topic: Topic, ada: Subscriber) -> None:
    campaign = a_campaign(topic, CampaignStatus.PAUSED)
    ended = timezone.now() - timedelta(minutes=10)
    Delivery.objects.create(
        campaign=campaign,
        subscriber=ada,
        language="en",
        status=DeliveryStatus.CLAIMED,
        claim_token=uuid.uuid4(),
        lease_until=ended,
    )
    assert "expired claim" in to_mend("clock")


def test_a_filled_in_form_that_nobody_saw_to_is_found() -> None:
    form = FormSubmission.objects.create(
        kind=SubmissionKind.values[0],
        email="ada@example.org",
        digest="0" * 64,
        method=ConsentMethod.FORM,
    )
    assert to_mend("clock") == ""
    FormSubmission.objects.filter(pk=form.pk).update(
        received_at=timezone.now() - timedelta(minutes=10)
    )
    assert "sign-up form has been waiting" in to_mend("clock")


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
