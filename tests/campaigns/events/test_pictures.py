"""The picture of an event and the portraits of its speakers: kept, used, approved, cut."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from campaigns.content.fingerprint import fingerprint
from campaigns.events.check_event import BadEvent
from campaigns.events.next_quarter import copy_to_next_quarter
from campaigns.events.pictures import PICTURE, PORTRAIT, picture_of, portraits_of
from campaigns.events.programme import speakers_of
from campaigns.events.schedule import change_event, event_version
from campaigns.models import Campaign, CampaignContent, Event
from campaigns.review.preflight import preflight
from campaigns.states import CampaignStatus
from newsletter.media.image_use import reference_to
from newsletter.media_library.add_image import add_image
from newsletter.media_library.change_image import ImageInUse, change_image, delete_image
from newsletter.media_library.cut_image import cut_image
from newsletter.media_library.where_used import uses_of
from newsletter.models import MediaImage, TransactionalMessage
from tests.campaigns.events.test_programme import ANA
from tests.newsletter.media.pictures import picture

CARD = {"type": "event_card", "picture": "yes"}
SPEAKERS = {"type": "speakers", "details": "short"}


@pytest.fixture
def image(db: None) -> MediaImage:
    image = add_image(picture(size=(900, 600)), name="hall.jpg").image
    cut_image(image, PORTRAIT)
    cut_image(image, PICTURE)
    return image


@pytest.fixture
def portrayed(event: Event, image: MediaImage) -> Event:
    change_event(event, speakers=[{**ANA, "portrait": reference_to(image.key)}])
    return event


@pytest.fixture
def pictured(event: Event, image: MediaImage) -> Event:
    change_event(event, picture=image, picture_alt="The hall")
    return event


def show(campaign: Campaign, *blocks: dict[str, Any], status: str = CampaignStatus.DRAFT) -> None:
    content = campaign.contents.get()
    content.blocks = list(blocks)
    content.save()
    Campaign.objects.filter(pk=campaign.pk).update(
        status=status,
        scheduled_at=timezone.now() + timedelta(days=1) if status == "scheduled" else None,
    )
    campaign.refresh_from_db()


def of(campaign: Campaign) -> str:
    return fingerprint(Campaign.objects.get(pk=campaign.pk))


def test_a_speaker_without_a_portrait_is_kept_as_before_there_were_any(event: Event) -> None:
    change_event(event, speakers=[{**ANA, "portrait": ""}])
    assert "portrait" not in event.speakers[0]
    assert speakers_of(event)[0].portrait is None


def test_a_portrait_is_shown_as_a_square_and_a_picture_wide(
    portrayed: Event, image: MediaImage
) -> None:
    [speaker] = speakers_of(portrayed)
    assert speaker.portrait is not None
    assert (speaker.portrait.width, speaker.portrait.height) == (240, 240)
    change_event(portrayed, picture=image, picture_alt="The hall")
    shown = picture_of(portrayed)
    assert shown is not None
    assert (shown.crop.width, shown.crop.height, shown.alt) == (900, 472, "The hall")
    change_event(portrayed, picture_is_decorative=True)
    shown = picture_of(portrayed)
    assert shown is not None
    assert shown.alt == ""


def test_a_picture_is_described_or_decoration(event: Event, image: MediaImage) -> None:
    with pytest.raises(BadEvent) as caught:
        change_event(event, picture=image)
    assert caught.value.field == "picture_alt"
    event.refresh_from_db()
    assert event.picture is None


def test_nothing_of_a_picture_stays_when_it_is_taken_away(pictured: Event) -> None:
    change_event(pictured, texts={"fr": {"title": "Réunion", "picture_alt": "La salle"}})
    change_event(pictured, picture=None)
    assert (pictured.picture_alt, pictured.texts) == ("", {"fr": {"title": "Réunion"}})


def test_another_picture_is_another_version_of_the_event(
    pictured: Event, image: MediaImage
) -> None:
    before = event_version(pictured), pictured.sequence
    other = add_image(picture(size=(300, 300))).image
    change_event(pictured, picture=other)
    assert event_version(pictured) != before[0]
    assert pictured.sequence == before[1] + 1


def test_an_event_s_images_are_used_and_not_deleted(portrayed: Event, image: MediaImage) -> None:
    change_event(portrayed, picture=image, picture_alt="The hall")
    uses = uses_of([image.key])
    assert [use.label.partition(" event")[0] for use in uses] == [
        "Picture of the", "Portrait of a speaker of the",
    ]  # fmt: skip
    assert not any(use.hidden_by for use in uses)
    with pytest.raises(ImageInUse):
        delete_image(image)
    change_event(portrayed, picture=None, speakers=[ANA])
    assert delete_image(image)


def test_an_image_that_is_lost_leaves_the_event_as_it_is(
    portrayed: Event, image: MediaImage
) -> None:
    MediaImage.objects.all().delete()
    assert portraits_of(portrayed) == {}
    change_event(portrayed, title="Another title")
    assert speakers_of(portrayed)[0].portrait is None


def test_the_next_quarter_has_the_picture_with_the_new_month_in_its_words(
    pictured: Event, image: MediaImage
) -> None:
    month = f"{pictured.local_start:%B %Y}"
    change_event(pictured, picture_alt=f"The hall, {month}", speakers=[ANA])
    copy = copy_to_next_quarter(pictured)
    assert copy.picture == image
    assert copy.picture_alt.startswith("The hall, ")
    assert month not in copy.picture_alt
    assert copy.speakers == []


@pytest.mark.parametrize("block", [CARD, SPEAKERS])
def test_what_an_email_shows_of_it_is_approved(
    draft: Campaign, event: Event, image: MediaImage, block: dict[str, Any]
) -> None:
    change_event(event, speakers=[ANA])
    show(draft, block)
    before = of(draft)
    change_event(
        event,
        picture=image,
        picture_alt="The hall",
        speakers=[{**ANA, "portrait": reference_to(image.key)}],
    )
    with_images = of(draft)
    assert with_images != before

    change_image(image, focus_x=10)
    recut = of(draft)
    assert recut != with_images
    change_image(image, title="Another title", alt="Another text")
    assert of(draft) == recut
    change_image(image, focus_x=50)
    assert of(draft) == with_images


def test_a_picture_that_an_email_does_not_show_is_not_approved_with_it(
    draft: Campaign, pictured: Event, image: MediaImage
) -> None:
    show(draft, {"type": "event_card"})
    before = of(draft)
    change_image(image, focus_x=10)
    assert of(draft) == before


@pytest.mark.parametrize("block", [CARD, SPEAKERS])
def test_another_cut_ends_the_approvals_of_what_shows_it_and_tells_its_publisher(
    draft: Campaign, portrayed: Event, image: MediaImage, sam: Any, block: dict[str, Any]
) -> None:
    change_event(portrayed, picture=image, picture_alt="The hall")
    show(draft, block, status=CampaignStatus.SCHEDULED)
    sam.is_staff = sam.is_superuser = True
    sam.save()
    Campaign.objects.update(scheduled_by=sam)

    follows = change_image(image, focus_y=80).follows

    draft.refresh_from_db()
    assert draft.status == CampaignStatus.DRAFT
    assert "cut differently" in draft.pause_reason
    assert "1 approved or scheduled campaign" in follows[0]
    assert TransactionalMessage.objects.filter(kind="staff_approve_again").count() == 1


def test_another_cut_leaves_alone_what_does_not_show_it(
    draft: Campaign, portrayed: Event, image: MediaImage
) -> None:
    show(draft, {"type": "event_card"}, status=CampaignStatus.APPROVED)
    assert change_image(image, focus_y=80).follows == ()
    draft.refresh_from_db()
    assert draft.status == CampaignStatus.APPROVED


def test_what_is_said_of_a_cut_counts_no_campaign_of_a_need_to_know_topic(
    draft: Campaign, portrayed: Event, image: MediaImage
) -> None:
    show(draft, SPEAKERS, status=CampaignStatus.APPROVED)
    draft.topic.is_restricted, draft.topic.is_public = True, False
    draft.topic.save()
    assert change_image(image, focus_y=80).follows == ()
    draft.refresh_from_db()
    assert draft.status == CampaignStatus.DRAFT


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_approved_of_a_picture_is_the_same_in_each_language_of_staff(
    draft: Campaign, pictured: Event, settings: Settings, language: str
) -> None:
    settings.CONTENT_LANGUAGES = ["fr", "en"]
    change_event(pictured, texts={"en": {"picture_alt": "The hall"}}, picture_alt="La salle")
    show(draft, CARD)
    with translation.override("en"):
        approved = fingerprint(draft)
    with translation.override(language):
        assert fingerprint(Campaign.objects.get()) == approved
        Event.objects.update(picture_alt="Une autre salle")
        assert fingerprint(Campaign.objects.get()) != approved


def alts_found(campaign: Campaign) -> list[tuple[str, str]]:
    return [
        (each.severity, each.path)
        for each in preflight(campaign)
        if "alternative text" in each.message.lower()
    ]


@pytest.mark.parametrize("alt", ["IMG_2034.jpg", "photo"])
def test_a_description_of_the_picture_that_describes_nothing_is_found_where_it_is_shown(
    draft: Campaign, pictured: Event, alt: str
) -> None:
    change_event(pictured, picture_alt=alt)
    show(draft, {"type": "event_card"})
    assert alts_found(draft) == []
    show(draft, CARD)
    assert alts_found(draft) == [("warning", "event.picture_alt")]
    change_event(pictured, picture_is_decorative=True)
    assert alts_found(Campaign.objects.get()) == []


def test_the_description_of_the_picture_in_another_language_is_checked_there(
    draft: Campaign, pictured: Event
) -> None:
    show(draft, CARD)
    CampaignContent.objects.create(campaign=draft, language="fr", subject="Oui", blocks=[CARD])
    change_event(pictured, picture_alt="IMG_1.png")
    found = alts_found(Campaign.objects.get())
    assert found.count(("warning", "event.picture_alt")) == 1
    texts = {"fr": {"title": "Réunion", "picture_alt": "DSC_0042.JPG"}}
    change_event(pictured, picture_alt="The hall", texts=texts)
    assert alts_found(Campaign.objects.get()) == [("warning", "event.picture_alt")]
