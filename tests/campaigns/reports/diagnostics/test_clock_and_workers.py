"""Checks of clock and workers."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from campaigns.models import Delivery, DeliveryMinute
from campaigns.reports.diagnostics.finding import moment
from campaigns.states import CampaignStatus, Counted, DeliveryStatus
from newsletter.models import ProviderReport
from subscribers.models import FormSubmission, ImportUpload, Subscriber, Topic
from subscribers.states import ConsentMethod, ImportStep, SubmissionKind
from tests.campaigns.reports.diagnostics.findings import NOW, a_campaign, ago, found, to_mend

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


def a_form(**columns: object) -> FormSubmission:
    return FormSubmission.objects.create(
        kind=SubmissionKind.values[0],
        email="ada@example.org",
        digest="0" * 64,
        method=ConsentMethod.FORM,
        **columns,
    )


def test_a_filled_in_form_that_nobody_saw_to_is_found() -> None:
    form = a_form()
    assert to_mend("clock") == ""
    FormSubmission.objects.filter(pk=form.pk).update(
        received_at=timezone.now() - timedelta(minutes=10)
    )
    assert "sign-up form has been waiting" in to_mend("clock")


def test_a_form_that_can_t_be_handled_is_no_fault_of_the_workers() -> None:
    form = a_form(failed_at=ago(minutes=1))
    FormSubmission.objects.filter(pk=form.pk).update(received_at=ago(hours=1))
    [finding] = [each for each in found("clock", now=NOW) if each.level == "mend"]
    assert finding.about == "failing form"
    assert f"the oldest was sent at {moment(ago(hours=1))}" in finding.message
    assert "have stopped" not in finding.message
    assert "ada@example.org" not in finding.message


def a_report(number: int, **columns: object) -> ProviderReport:
    return ProviderReport.objects.create(
        provider="brevo", fingerprint=str(number), raw=b"{}", size=2, **columns
    )


def test_a_report_that_nobody_reads_is_found_by_its_age() -> None:
    a_report(1, received_at=ago(seconds=30))
    a_report(2, received_at=ago(hours=5), problem="No JSON.")
    a_report(3, received_at=ago(hours=4), retry_at=ago(seconds=-30))
    assert to_mend("clock", now=NOW) == ""
    a_report(4, received_at=ago(minutes=7))
    assert f"waiting to be read since {moment(ago(minutes=7))}" in to_mend("clock", now=NOW)


def test_an_uploaded_list_that_no_worker_takes_is_found_and_one_for_a_person_is_not(
    topic: Topic, sam: User
) -> None:
    upload = ImportUpload.objects.create(
        folder="a" * 32,
        file_name="list.csv",
        size=1,
        made_by=sam,
        topic=topic,
        status=ImportStep.CHECKED,
        changed_at=ago(days=1),
    )
    assert to_mend("clock", now=NOW) == ""
    ImportUpload.objects.update(status=ImportStep.IMPORTING, lease_until=ago(minutes=-3))
    assert to_mend("clock", now=NOW) == "", "A worker has it."
    ImportUpload.objects.filter(pk=upload.pk).update(lease_until=ago(minutes=3))
    assert "an uploaded list has been waiting" in to_mend("clock", now=NOW)


def test_the_age_is_that_of_the_oldest_and_each_kind_of_work_is_a_finding_of_its_own(
    topic: Topic, ada: Subscriber
) -> None:
    for minutes in (10, 40, 20):
        campaign = a_campaign(
            topic,
            CampaignStatus.SENDING,
            launched_at=ago(hours=2),
            last_claim_at=ago(minutes=minutes),
        )
        Delivery.objects.create(campaign=campaign, subscriber=ada, language="en")
    DeliveryMinute.objects.create(
        campaign=campaign, minute=ago(minutes=25), what=Counted.ACCEPTED, number=7
    )
    a_campaign(topic, CampaignStatus.SCHEDULED, scheduled_at=ago(minutes=5))

    by_kind = {each.about: each for each in found("clock", now=NOW)}

    assert set(by_kind) == {"start", "campaign"}
    assert by_kind["campaign"].since == ago(minutes=40)
    assert f"no progress since {moment(ago(minutes=40))}" in by_kind["campaign"].message
    left = f"The last email of a campaign left at {moment(ago(minutes=25))}."
    assert left in by_kind["campaign"].message
    assert by_kind["start"].since == ago(minutes=5)
    assert left not in by_kind["start"].message
