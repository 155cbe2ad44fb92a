"""Migrations that change what rows say. Each takes the rows that an earlier release left."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.states import READY, CampaignStatus
from subscribers.models import Topic


def migrate(name: str, step: str) -> None:
    getattr(import_module(f"campaigns.migrations.{name}"), step)(apps, None)


@pytest.mark.parametrize(
    ("is_launched", "kept", "then"),
    [
        (True, "", "https://meet.example.org/quarterly"),
        (True, "https://meet.example.org/then", "https://meet.example.org/then"),
        (False, "", ""),
    ],
)
def test_a_launched_campaign_knows_its_meeting_link(
    draft: Campaign, is_launched: bool, kept: str, then: str
) -> None:
    Campaign.objects.update(launched_at=timezone.now() if is_launched else None, join_url=kept)

    migrate("0004_fill_join_url", "fill")

    draft.refresh_from_db()
    assert draft.join_url == then


def test_one_without_an_event_has_none(draft: Campaign) -> None:
    Campaign.objects.update(launched_at=timezone.now(), event=None)

    migrate("0004_fill_join_url", "fill")

    draft.refresh_from_db()
    assert draft.join_url == ""


@pytest.mark.parametrize("is_public", [True, False])
@pytest.mark.parametrize("is_launched", [True, False])
def test_what_a_topic_hid_when_it_was_launched_stays_out_of_the_archive(
    draft: Campaign, is_launched: bool, is_public: bool
) -> None:
    Topic.objects.update(is_public=is_public)
    Campaign.objects.update(launched_at=timezone.now() if is_launched else None)

    migrate("0006_unseen_emails_stay_hidden", "hide")

    draft.refresh_from_db()
    assert draft.is_archived is (is_public or not is_launched)


@pytest.mark.parametrize("status", CampaignStatus)
def test_what_an_earlier_release_approved_is_a_draft_that_says_why(
    draft: Campaign, status: CampaignStatus
) -> None:
    Campaign.objects.update(status=status, scheduled_at=timezone.now())

    migrate("0007_approvals_cover_more", "end_approvals")

    draft.refresh_from_db()
    is_ended = status in READY
    assert draft.status == (CampaignStatus.DRAFT if is_ended else status)
    assert (draft.scheduled_at is None) is is_ended
    assert ("now covers the sender and “Past emails”" in draft.pause_reason) is is_ended
