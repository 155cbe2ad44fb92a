"""A duplicate says what the other campaign says, and has nothing of its fate."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.content.duplicate import duplicate
from campaigns.models import Audience, Campaign, CampaignContent, Delivery, Event
from campaigns.states import CampaignKind, CampaignStatus, CampaignStep
from newsletter.audit.actor import Actor, ActorKind, acting
from newsletter.models import AuditEntry
from subscribers.states import ArchiveAccess


def test_it_is_a_draft_of_the_same_content_in_all_languages(sending: Campaign) -> None:
    CampaignContent.objects.create(
        campaign=sending, language="fr", subject="Vous", blocks=[{"type": "heading", "text": ""}]
    )
    Audience.objects.update(countries=["NZ"], languages=["en"])
    Campaign.objects.update(archive_access=ArchiveAccess.NONE, carries_calendar=False)
    other = Campaign.objects.get()

    copy = duplicate(other)

    assert copy.pk != other.pk
    assert (copy.name, copy.status) == ("Copy of Quarterly meeting", CampaignStatus.DRAFT)
    for name in ("topic", "event", "language", "archive_access", "carries_calendar"):
        assert getattr(copy, name) == getattr(other, name), name
    same = ("language", "subject", "preheader", "blocks")
    assert list(copy.contents.order_by("language").values(*same)) == list(
        other.contents.order_by("language").values(*same)
    )
    assert (copy.audience.countries, copy.audience.languages) == (["NZ"], ["en"])
    assert copy.slug != other.slug


def test_nothing_of_what_became_of_the_other_is_copied(sending: Campaign) -> None:
    copy = duplicate(Campaign.objects.get())
    assert copy.launched_at is None
    assert copy.scheduled_at is None
    assert not Delivery.objects.filter(campaign=copy).exists()
    assert not copy.contents.exclude(rendered_html="").exists()
    assert duplicate(copy).pk != copy.pk


@pytest.mark.parametrize(
    "change",
    [
        {"status": "cancelled"},
        {
            "starts_at": timezone.now() - timedelta(days=3),
            "ends_at": timezone.now() - timedelta(days=2),
        },
    ],
    ids=["cancelled", "over"],
)
def test_an_event_that_is_no_more_is_left_out_with_its_rule(
    draft: Campaign, change: dict[str, object]
) -> None:
    Event.objects.update(**change)
    Audience.objects.update(rule="accepted")
    copy = duplicate(Campaign.objects.get())
    assert copy.event is None
    assert copy.audience.rule == ""


def test_a_step_becomes_a_campaign_of_its_own(draft: Campaign) -> None:
    Campaign.objects.update(step=CampaignStep.REMINDER, offset_minutes=-60)
    Audience.objects.update(rule="no_answer")
    copy = duplicate(Campaign.objects.get())
    assert (copy.step, copy.offset_minutes) == ("", None)
    assert copy.audience.rule == "no_answer"


@pytest.mark.parametrize("kind", [CampaignKind.UPDATE, CampaignKind.CONSENT])
def test_one_of_a_kind_of_its_own_becomes_an_announcement(
    draft: Campaign, kind: CampaignKind
) -> None:
    Campaign.objects.update(kind=kind, change_sequence=1)
    Audience.objects.update(rule="holders")
    copy = duplicate(Campaign.objects.get())
    assert (copy.kind, copy.change_sequence) == (CampaignKind.ANNOUNCEMENT, None)
    assert copy.audience.rule == ""


def test_a_long_name_is_cut_and_the_audit_log_names_the_other(draft: Campaign) -> None:
    Campaign.objects.update(name="x" * 160)
    copy = duplicate(Campaign.objects.get(pk=draft.pk))
    assert len(copy.name) == 160
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.details) == ("campaign.created", {"copy_of": draft.pk})


def test_whoever_wrote_the_other_campaign_is_an_author_of_the_copy(draft: Campaign) -> None:
    Campaign.objects.filter(pk=draft.pk).update(authors=["account:1"])
    with acting(lambda: Actor(ActorKind.ACCOUNT, name="Bob", account_id=2)):
        copy = duplicate(Campaign.objects.get(pk=draft.pk))
    assert Campaign.objects.get(pk=copy.pk).authors == ["account:1", "account:2"]
