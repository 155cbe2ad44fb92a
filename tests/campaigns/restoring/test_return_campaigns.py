"""What was approved at the backup may have been sent since, so it needs a new approval."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, CampaignContent
from campaigns.restoring.after_restore import after_restore
from campaigns.restoring.end_hold import end_hold
from campaigns.review.approval import approve
from campaigns.review.preflight import preflight
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.launch import CannotLaunch, launch, launch_now
from campaigns.states import CampaignStatus

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_was_scheduled_waits_for_a_person(restored: Campaign) -> None:
    Campaign.objects.filter(pk=restored.pk).update(
        status=CampaignStatus.SCHEDULED, scheduled_at=timezone.now()
    )

    done = after_restore(by="Sam")
    advance_campaigns()

    assert [(one.campaign_id, one.status) for one in done.returned] == [(restored.pk, "scheduled")]
    assert Campaign.objects.get(pk=restored.pk).status == CampaignStatus.DRAFT


@pytest.fixture
def other(restored: Campaign) -> Campaign:
    """Approved before the backup, and not launched as far as the backup knows."""
    campaign = copy_of(restored)
    approve(campaign, by="Sam")
    Campaign.objects.filter(pk=campaign.pk).update(created_at=timezone.now() - timedelta(days=1))
    return campaign


def copy_of(campaign: Campaign) -> Campaign:
    copied = Campaign.objects.create(
        name="Winter meeting", topic=campaign.topic, event=campaign.event
    )
    for content in CampaignContent.objects.filter(campaign=campaign):
        CampaignContent.objects.create(
            campaign=copied,
            language=content.language,
            subject=content.subject,
            preheader=content.preheader,
            blocks=content.blocks,
        )
    return copied


def warnings(campaign: Campaign) -> list[str]:
    found = preflight(Campaign.objects.get(pk=campaign.pk))
    return [finding.message for finding in found if "restored" in finding.message]


def test_what_was_approved_at_the_backup_needs_a_new_approval_and_says_why(
    restored: Campaign, other: Campaign
) -> None:
    out = StringIO()

    call_command("after_restore", "--yes", stdout=out)

    assert "Winter meeting, was approved before the backup" in out.getvalue()
    assert Campaign.objects.get(pk=other.pk).status == CampaignStatus.DRAFT
    assert "restored" in other.reviews.order_by("-pk")[0].note
    with pytest.raises(CannotLaunch, match="approved"):
        launch(Campaign.objects.get(pk=other.pk))
    with pytest.raises(CommandError, match="may have been sent"):
        call_command("approve_campaign", other.pk, stdout=StringIO())


def test_what_was_being_written_at_the_backup_is_named_and_what_lay_long_is_not(
    restored: Campaign, other: Campaign
) -> None:
    Campaign.objects.filter(pk=other.pk).update(status=CampaignStatus.IN_REVIEW)
    old = copy_of(restored)
    Campaign.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - timedelta(days=90),
        updated_at=timezone.now() - timedelta(days=60),
    )

    done = after_restore(by="Sam")

    assert [one.campaign_id for one in done.being_written] == [other.pk]
    assert Campaign.objects.get(pk=other.pk).status == CampaignStatus.IN_REVIEW


def test_once_approved_anew_and_launched_nothing_warns_any_more(
    restored: Campaign, other: Campaign
) -> None:
    after_restore(by="Sam")
    assert warnings(other)

    approve(Campaign.objects.get(pk=other.pk), by="Lee")
    launch_now(Campaign.objects.get(pk=other.pk))

    assert not warnings(other)


def test_where_nothing_was_lost_nothing_warns_and_approvals_stand(
    sending: Campaign, settings: Settings
) -> None:
    waiting = copy_of(sending)
    approve(waiting, by="Sam")
    (settings.VAR_DIR / "epoch.json").unlink()
    settings.REDIS_URL = ""

    end_hold(by="Sam")

    assert Campaign.objects.get(pk=waiting.pk).status == CampaignStatus.APPROVED
    assert not warnings(waiting)
