"""Versions of a campaign's content: kept by themselves at each step, and by name."""

import pytest

from campaigns.content.check_content import ContentError
from campaigns.content.content_version import content_version
from campaigns.content.edit_content import remove_content, save_content
from campaigns.content.open_for_edit import NotEditable
from campaigns.content.versions import (
    content_now,
    contents_now,
    keep_version,
    name_version,
    restore_version,
)
from campaigns.edit_conflict import EditConflict
from campaigns.models import Campaign, CampaignVersion
from campaigns.review.approval import approve
from campaigns.review.submit import submit
from campaigns.sending.launch import launch, launch_now
from campaigns.states import CampaignStatus, VersionReason
from newsletter.models import AuditEntry


def versions(campaign: Campaign, **which: str) -> list[CampaignVersion]:
    return list(CampaignVersion.objects.filter(campaign=campaign, **which).order_by("pk"))


def reasons(campaign: Campaign) -> list[str]:
    return [each.reason for each in versions(campaign)]


def write(
    campaign: Campaign, subject: str, language: str = "en", *, replaces: bool = False
) -> None:
    save_content(
        campaign,
        language=language,
        subject=subject,
        preheader="",
        blocks=[{"id": "a1", "type": "heading", "text": subject}],
        replaces=replaces,
    )


@pytest.mark.usefixtures("ada")
def test_review_approval_and_schedule_each_keep_what_was_written(draft: Campaign) -> None:
    written = contents_now(draft)
    submit(draft)
    approve(draft, by="Vera")
    launch(draft)

    assert reasons(draft) == ["submitted", "approved", "scheduled"]
    assert all(each.contents == written for each in versions(draft))


def test_saving_keeps_none_however_often(draft: Campaign) -> None:
    for number in range(5):
        write(draft, f"Subject {number}")
    assert reasons(draft) == []


def test_what_takes_the_place_of_a_colleagues_text_keeps_that_text(draft: Campaign) -> None:
    before = contents_now(draft)
    write(draft, "Mine", replaces=True)

    [kept] = versions(draft)
    assert (kept.reason, kept.contents) == (VersionReason.REPLACED, before)


def test_a_language_that_is_removed_can_be_restored(draft: Campaign) -> None:
    write(draft, "Invitación", "es")
    remove_content(draft, language="es")
    [kept] = versions(draft)
    assert str(kept) == "Before Spanish was removed"
    restore_version(kept, "es")

    assert contents_now(draft)["es"]["subject"] == "Invitación"


def test_restoring_writes_one_language_and_keeps_what_was_there(draft: Campaign) -> None:
    write(draft, "Invitación", "es")
    first = name_version(draft, "  First \n draft ")
    write(draft, "Written since")
    write(draft, "Escrito después", "es")
    restore_version(first, "en", seen=content_version(content_now(draft, "en")))

    assert first.name == "First draft"
    now = contents_now(draft)
    assert now["en"] == first.contents["en"]
    assert now["es"]["subject"] == "Escrito después"
    [kept] = versions(draft, reason=VersionReason.REPLACED)
    assert kept.contents["en"]["subject"] == "Written since"
    assert str(kept) == "Before English was restored"
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.details["restored"]) == (
        "campaign.version_restored",
        str(first.pk),
    )


def test_restoring_what_is_there_already_keeps_no_second_copy(draft: Campaign) -> None:
    restore_version(name_version(draft, "Same"), "en")
    assert reasons(draft) == ["named"]


@pytest.mark.usefixtures("ada")
def test_restoring_an_approved_campaign_ends_its_approval(draft: Campaign) -> None:
    first = name_version(draft, "First")
    write(draft, "Approved words")
    approve(draft, by="Vera")
    restore_version(first, "en")
    draft.refresh_from_db()
    assert draft.status == CampaignStatus.DRAFT


def test_an_old_page_restores_nothing(draft: Campaign) -> None:
    first = name_version(draft, "First")
    seen = content_version(content_now(draft, "en"))
    write(draft, "A colleague’s")
    with pytest.raises(EditConflict):
        restore_version(first, "en", seen=seen)
    assert contents_now(draft)["en"]["subject"] == "A colleague’s"
    assert reasons(draft) == ["named"]


@pytest.mark.usefixtures("ada")
def test_what_was_sent_is_never_restored(draft: Campaign) -> None:
    first = name_version(draft, "First")
    approve(draft, by="Vera")
    launch_now(draft)
    with pytest.raises(NotEditable):
        restore_version(first, "en")


def test_a_block_that_cannot_be_sent_any_more_comes_back_as_it_was(draft: Campaign) -> None:
    version = name_version(draft, "First")
    version.contents["en"]["blocks"] = [{"id": "a1", "type": "heading", "text": ""}]
    version.save()
    restore_version(version, "en")
    assert contents_now(draft)["en"] == version.contents["en"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b", "a\u202eb"])
def test_a_name_is_one_readable_line(draft: Campaign, name: str) -> None:
    with pytest.raises(ContentError) as refused:
        name_version(draft, name)
    assert refused.value.path == "name"
    assert reasons(draft) == []


def test_nothing_is_no_version(draft: Campaign) -> None:
    draft.contents.all().delete()
    assert keep_version(draft, VersionReason.SUBMITTED) is None
    with pytest.raises(ContentError, match="nothing is written"):
        name_version(draft, "Empty")


def test_a_version_is_by_whoever_made_it(draft: Campaign) -> None:
    assert name_version(draft, "First").by == "Convene"
