"""Checks of clock and workers."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Delivery
from campaigns.states import CampaignStatus, DeliveryStatus
from subscribers.models import FormSubmission, Subscriber, Topic
from subscribers.states import ConsentMethod, SubmissionKind
from tests.campaigns.reports.diagnostics.findings import a_campaign, to_mend

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
