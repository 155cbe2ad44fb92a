from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.content.check_content import ContentError
from campaigns.content.content_version import content_version
from campaigns.content.edit import details_version, save_audience, save_details
from campaigns.content.edit_content import remove_content, save_content
from campaigns.content.open_for_edit import NotEditable
from campaigns.content.translations.parts import parts_of
from campaigns.content.translations.settle import all_right
from campaigns.content.translations.standing import source_of
from campaigns.content.translations.start import start_from_source
from campaigns.edit_conflict import EditConflict
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from subscribers.models import Topic
from subscribers.states import ArchiveAccess

NEW: dict[str, Any] = {
    "language": "en",
    "subject": "Another subject",
    "preheader": "",
    "blocks": [{"type": "divider"}],
}
SETTLED = [
    CampaignStatus.SENDING,
    CampaignStatus.PAUSED,
    CampaignStatus.SENT,
    CampaignStatus.CANCELLED,
]


@pytest.fixture
def copied(draft: Campaign) -> Campaign:
    """A draft whose Spanish version is a copy of the English one."""
    start_from_source(draft, language="es")
    return draft


def put(campaign: Campaign, status: CampaignStatus) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(status=status, scheduled_at=timezone.now())


def test_an_edit_is_kept_cleaned(draft: Campaign) -> None:
    save_content(draft, **NEW | {"subject": "  Another   subject "})

    assert draft.contents.get().subject == "Another subject"


@pytest.mark.parametrize("status", [CampaignStatus.APPROVED, CampaignStatus.SCHEDULED])
def test_an_edit_takes_an_approved_or_scheduled_campaign_back_to_draft(
    draft: Campaign, status: CampaignStatus
) -> None:
    put(draft, status)

    save_content(draft, **NEW)

    assert (draft.status, draft.scheduled_at) == (CampaignStatus.DRAFT, None)


def test_a_narrower_audience_takes_it_back_too(draft: Campaign) -> None:
    put(draft, CampaignStatus.APPROVED)

    save_audience(draft, countries=["NZ"], languages=[])

    assert draft.status == CampaignStatus.DRAFT


def test_another_topic_takes_it_back_too(draft: Campaign, other_topic: Topic) -> None:
    put(draft, CampaignStatus.SCHEDULED)

    save_details(draft, topic=other_topic)

    assert draft.status == CampaignStatus.DRAFT


def test_putting_it_into_the_archive_takes_it_back_too(draft: Campaign) -> None:
    Campaign.objects.update(archive_access=ArchiveAccess.NONE)
    put(draft, CampaignStatus.APPROVED)

    save_details(draft, archive_access=ArchiveAccess.PUBLIC)

    assert draft.status == CampaignStatus.DRAFT


def test_what_changes_nothing_for_recipients_leaves_the_approval(draft: Campaign) -> None:
    put(draft, CampaignStatus.SCHEDULED)
    content = draft.contents.get()

    save_details(draft, name="A better name", archive_access=ArchiveAccess.PUBLIC)
    save_content(
        draft,
        language="en",
        subject=content.subject,
        preheader=content.preheader,
        blocks=content.blocks,
    )

    assert (draft.status, draft.name) == (CampaignStatus.SCHEDULED, "A better name")


def test_an_edit_takes_a_campaign_back_from_review(draft: Campaign) -> None:
    put(draft, CampaignStatus.IN_REVIEW)
    save_details(draft, name="A better name")
    assert draft.status == CampaignStatus.IN_REVIEW

    save_content(draft, **NEW)

    assert draft.status == CampaignStatus.DRAFT


@pytest.mark.parametrize("status", SETTLED)
def test_nothing_of_a_launched_campaign_can_be_changed(
    draft: Campaign, other_topic: Topic, status: CampaignStatus
) -> None:
    put(draft, status)

    with pytest.raises(NotEditable):
        save_content(draft, **NEW)
    with pytest.raises(NotEditable):
        save_details(draft, topic=other_topic)
    with pytest.raises(NotEditable):
        save_audience(draft, countries=["NZ"], languages=[])
    with pytest.raises(NotEditable):
        remove_content(draft, language="en")
    draft.refresh_from_db()
    assert draft.contents.get().subject.startswith("You are invited")
    assert draft.topic != other_topic
    assert draft.status == status


def test_an_old_editor_can_not_undo_a_colleagues_work(draft: Campaign) -> None:
    opened = content_version(draft.contents.get())
    save_content(draft, **NEW | {"subject": "A colleague's subject"}, seen=opened)

    with pytest.raises(EditConflict):
        save_content(draft, **NEW, seen=opened)

    assert draft.contents.get().subject == "A colleague's subject"
    save_content(draft, **NEW, seen=content_version(draft.contents.get()))
    assert draft.contents.get().subject == "Another subject"


def test_an_old_editor_that_changes_nothing_is_no_conflict(draft: Campaign) -> None:
    opened = content_version(draft.contents.get())
    for _ in range(2):  # as a double click does
        save_content(draft, **NEW, seen=opened)

    assert draft.contents.get().subject == "Another subject"


def test_a_refused_edit_changes_nothing(draft: Campaign) -> None:
    put(draft, CampaignStatus.APPROVED)

    with pytest.raises(ContentError) as caught:
        save_content(
            draft,
            **NEW | {"blocks": [{"type": "button", "label": "x", "url": "javascript:alert(1)"}]},
        )

    draft.refresh_from_db()
    assert caught.value.path == "contents.en.blocks[0].url"
    assert draft.status == CampaignStatus.APPROVED


def test_a_language_that_the_installation_lacks_is_refused(draft: Campaign) -> None:
    with pytest.raises(ContentError, match="languages: en"):
        save_content(draft, **NEW | {"language": "de"})


def test_a_translation_can_be_added_and_removed_but_not_the_own_language(
    draft: Campaign, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "fr"]
    save_content(draft, **NEW | {"language": "fr"})

    assert remove_content(draft, language="fr")
    assert not remove_content(draft, language="fr")
    with pytest.raises(ContentError, match="own language"):
        remove_content(draft, language="en")


def test_the_main_language_stays_while_copies_of_its_texts_are_to_be_translated(
    copied: Campaign,
) -> None:
    for language in ("es", "fr"):
        with pytest.raises(ContentError, match="still to be translated: Spanish") as caught:
            save_details(copied, language=language)
        assert caught.value.path == "language"
    save_details(copied, name="Renamed", language="en")
    seen = {key: part.version for key, part in parts_of(source_of(copied)).items()}
    all_right(copied, language="es", seen=seen)
    assert save_details(copied, language="es").language == "es"


@pytest.mark.parametrize(
    ("details", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 161}, "name"),
        ({"topic": None}, "topic"),
        ({"event": "q1"}, "event"),
        ({"language": "xx"}, "language"),
        ({"event": None}, "contents.en.blocks[2]"),  # its card would show nothing
    ],
)
def test_bad_details_are_named(draft: Campaign, details: dict[str, Any], path: str) -> None:
    with pytest.raises(ContentError) as caught:
        save_details(draft, **details)

    assert caught.value.path == path


@pytest.mark.parametrize(
    ("countries", "languages", "path"),
    [
        (["NZ", "XX"], [], "audience.countries[1]"),
        (["nz"], [], "audience.countries[0]"),
        ([], ["english please"], "audience.languages[0]"),
        ([], [""], "audience.languages[0]"),
    ],
)
def test_a_bad_audience_is_named(
    draft: Campaign, countries: list[str], languages: list[str], path: str
) -> None:
    with pytest.raises(ContentError) as caught:
        save_audience(draft, countries=countries, languages=languages)

    assert caught.value.path == path


def test_unknown_details_are_a_programmers_mistake(draft: Campaign) -> None:
    with pytest.raises(TypeError, match="status"):
        save_details(draft, status="sent")


def test_a_conflict_changes_nothing(draft: Campaign) -> None:
    opened = details_version(draft)
    Campaign.objects.update(name="A colleague's name", status=CampaignStatus.APPROVED)

    with pytest.raises(EditConflict):
        save_details(draft, name="x", archive_access=ArchiveAccess.NONE, seen=opened)

    draft.refresh_from_db()
    assert (draft.name, draft.archive_access) == ("A colleague's name", "")
    assert draft.status == CampaignStatus.APPROVED
