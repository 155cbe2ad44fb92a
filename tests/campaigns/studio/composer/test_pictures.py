"""Images of the library in the composer's blocks."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign, CampaignContent
from campaigns.review.preflight import preflight
from newsletter.media.image_files import names_of
from newsletter.media.image_use import reference_to
from newsletter.media_library.add_image import add_image
from newsletter.models import MediaImage
from subscribers.models import Topic, TopicGrant
from tests.campaigns.studio.page_helpers import form, page
from tests.newsletter.media.pictures import picture


@pytest.fixture
def image(db: None) -> MediaImage:
    return add_image(picture(size=(800, 400)), name="hall.jpg").image


def chosen(browser: Client, draft: Campaign, block: dict[str, str], key: str) -> str:
    fields = form(block, act=f"picture:b0:{key}")
    return browser.post(page("content", draft, "en"), fields).content.decode()


def test_a_button_puts_an_image_into_a_block_with_its_text(
    wrens: Client, draft: Campaign, image: MediaImage
) -> None:
    MediaImage.objects.update(alt="Rows of seats")
    html = chosen(wrens, draft, {"type": "image", "url": "", "alt": ""}, image.key)
    assert f'value="{reference_to(image.key)}"' in html
    assert 'value="Rows of seats"' in html
    assert names_of(image)[0] in html
    html = chosen(wrens, draft, {"type": "image_text", "url": "", "alt": "Mine"}, image.key)
    assert 'value="Mine"' in html


def test_a_decoration_is_chosen_as_one(wrens: Client, draft: Campaign, image: MediaImage) -> None:
    MediaImage.objects.update(is_decorative=True)
    html = chosen(wrens, draft, {"type": "image", "url": "", "alt": ""}, image.key)
    assert '<option value="yes" selected>' in html


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("key", ["", "x", "0" * 24, "../x"])
def test_a_button_without_an_image_changes_nothing(
    wrens: Client, draft: Campaign, image: MediaImage, key: str
) -> None:
    for block in ({"type": "image", "url": "", "alt": "A"}, {"type": "heading", "text": "A"}):
        assert 'value="A"' in chosen(wrens, draft, block, key)
    assert 'value="A"' in chosen(wrens, draft, {"type": "heading", "text": "A"}, image.key)


@pytest.mark.parametrize("has_event", [True, False])
def test_an_image_that_was_deleted_is_found_before_the_launch(
    draft: Campaign, image: MediaImage, has_event: bool
) -> None:
    if not has_event:
        draft.event = None
        draft.save()
    content = draft.contents.get()
    content.blocks = [{"type": "image", "url": reference_to(image.key), "alt": "A hall"}]
    content.save()
    assert "deleted from the library" not in str(preflight(draft))
    MediaImage.objects.all().delete()
    assert "deleted from the library" in str(preflight(draft))


@pytest.mark.parametrize("is_granted", [True, False])
def test_an_image_of_a_need_to_know_topic_is_told_of_by_no_button_and_no_save(
    wrens: Client, draft: Campaign, other_topic: Topic, image: MediaImage, is_granted: bool
) -> None:
    MediaImage.objects.update(title="Wolpertinger", alt="Wolpertinger")
    block = {"type": "image", "url": reference_to(image.key), "alt": "A hall"}
    secret = Campaign.objects.create(name="Secret", topic=other_topic)
    CampaignContent.objects.create(campaign=secret, language="en", blocks=[block])
    Topic.objects.filter(pk=other_topic.pk).update(is_public=False, is_restricted=True)
    if is_granted:
        grant(other_topic, wrens)
    answers = [
        chosen(wrens, draft, {"type": "image", "url": "", "alt": ""}, image.key),
        chosen(wrens, draft, block, "0" * 24),
    ]
    assert ["Wolpertinger" in html for html in answers] == [is_granted, is_granted]

    before = draft.contents.get().blocks
    saved = wrens.post(page("autosave", draft, "en"), form(block))
    assert saved.status_code == (200 if is_granted else 422)
    pressed = wrens.post(page("content", draft, "en"), form(block, act="save"))
    assert pressed.status_code == (302 if is_granted else 422)
    if not is_granted:
        html = pressed.content.decode()
        assert "This is no image of the library." in html
        assert 'value="A hall"' in html
        assert "Wolpertinger" not in html
        assert draft.contents.get().blocks == before
        assert reference_to(image.key) not in wrens.get(reverse("media_library")).content.decode()


def test_an_image_that_the_draft_has_already_is_saved_again(
    wrens: Client, draft: Campaign, image: MediaImage
) -> None:
    block = {"type": "image", "url": reference_to(image.key), "alt": "A hall"}
    for subject in ("One", "Two"):
        assert wrens.post(page("autosave", draft, "en"), form(block, subject=subject)).json()
    assert draft.contents.get().subject == "Two"


def grant(topic: Topic, browser: Client) -> None:
    account = User.objects.get(pk=browser.session["_auth_user_id"])
    until = timezone.now() + timedelta(days=30)
    TopicGrant.objects.create(topic=topic, account=account, until=until, granted_by="sam")


@pytest.mark.parametrize("is_restricted", [True, False])
def test_a_block_says_who_will_see_an_upload_and_hides_its_name_in_a_need_to_know_topic(
    wrens: Client, draft: Campaign, is_restricted: bool
) -> None:
    if is_restricted:
        Topic.objects.filter(pk=draft.topic_id).update(is_public=False, is_restricted=True)
        grant(draft.topic, wrens)
    html = wrens.get(page("content", draft, "en")).content.decode()

    assert "All staff who work with images see it" in html
    assert ("until you save" in html) is is_restricted
    assert ('data-upload-as="Image"' in html) is is_restricted
