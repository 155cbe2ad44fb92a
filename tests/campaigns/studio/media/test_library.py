"""The media library: uploading, finding, describing and deleting images."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from campaigns.models import Campaign
from newsletter.media.image_use import reference_to
from newsletter.media_library.add_image import add_image
from newsletter.models import Brand, MediaImage
from subscribers.models import Topic
from tests.newsletter.media.pictures import picture

LIBRARY = "/staff/media/"


def upload(browser: Client, content: bytes, name: str = "hall.jpg", **headers: str) -> Any:
    file = SimpleUploadedFile(name, content, "image/jpeg")
    return browser.post(LIBRARY, {"file": file}, headers=headers)


def test_an_upload_leads_to_the_image_s_page(wrens: Client) -> None:
    answer = upload(wrens, picture())
    image = MediaImage.objects.get()
    assert answer["Location"] == reverse("media_image", args=[image.pk])
    assert "Describe it" in wrens.get(answer["Location"]).content.decode()
    assert upload(wrens, picture())["Location"] == answer["Location"]
    assert "in the library already" in wrens.get(answer["Location"]).content.decode()


def test_a_script_gets_what_a_block_needs(wrens: Client) -> None:
    answer = upload(wrens, picture("GIF"), Accept="application/json").json()
    image = MediaImage.objects.get()
    assert answer["reference"] == reference_to(image.key)
    assert wrens.get(answer["thumbnail"]).status_code == 200
    assert (answer["title"], answer["alt"], answer["note"]) == ("hall", "", "")


def test_a_file_that_lies_about_its_type_is_refused_in_words(wrens: Client) -> None:
    for content, says in ((b"<svg onload='alert(1)'/>", "SVG"), (b"MZ\x90", "no image")):
        answer = upload(wrens, content, "photo.jpg")
        assert answer.status_code == 422
        assert says in answer.content.decode()
        answer = upload(wrens, content, "photo.jpg", Accept="application/json")
        assert answer.status_code == 422
        assert says in json.loads(answer.content)["problem"]
    answer = wrens.post(LIBRARY)
    assert "Choose an image." in answer.content.decode()
    assert not MediaImage.objects.exists()


def test_a_file_is_read_no_further_than_an_image_may_be_large(
    wrens: Client, settings: Settings
) -> None:
    settings.MEDIA_IMAGE_BYTES = 1_000_000
    answer = upload(wrens, b"x" * 1_000_001)
    assert answer.status_code == 422
    assert "larger than 1 MB" in answer.content.decode()
    answer = wrens.post(LIBRARY, headers={"Content-Length": "4000001"}, data={"file": "x"})
    assert answer.status_code == 400


def test_whoever_may_not_add_images_uploads_nothing(
    lees: Client, noors: Client, client: Client
) -> None:
    assert "Upload an image" not in lees.get(LIBRARY).content.decode()
    for browser, status in ((lees, 403), (noors, 403), (client, 302)):
        assert upload(browser, picture()).status_code == status
    assert not MediaImage.objects.exists()


def test_images_are_found_by_words_of_title_and_text(wrens: Client) -> None:
    for side, (title, alt) in enumerate((("Hall", "Rows of seats"), ("Garden", "")), start=5):
        image = add_image(picture(size=(side, side)), name=title).image
        MediaImage.objects.filter(pk=image.pk).update(alt=alt)
    for search, found in (("hall", ["Hall"]), ("seats rows", ["Hall"]), ("zzz", []), ("", None)):
        html = wrens.get(LIBRARY, {"q": search}).content.decode()
        expected = ["Garden", "Hall"] if found is None else found
        assert [name for name in ("Garden", "Hall") if f">{name}<" in html] == expected


def test_a_long_library_has_pages(wrens: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        MediaImage(
            key=f"{number:024x}", title=f"Image{number}.", pixels_sha256=str(number),
            sizes=[[9, 9, "png", 9]],
        )
        for number in range(60)
    ]  # fmt: skip
    MediaImage.objects.bulk_create(rows)
    first = wrens.get(LIBRARY).content.decode()
    assert "Image59." in first
    assert "Image11." not in first
    oldest = MediaImage.objects.get(title="Image12.").pk
    older = wrens.get(LIBRARY, {"before": oldest}).content.decode()
    assert f"before={oldest}" in first
    assert "Image11." in older
    assert "Image12." not in older
    assert wrens.get(LIBRARY, {"before": "9" * 30}).status_code == 200


def test_title_text_and_focal_point_are_saved(wrens: Client) -> None:
    image = add_image(picture(), name="hall.jpg").image
    page = reverse("media_image", args=[image.pk])
    typed = {"title": " The  hall ", "alt": "Rows\nof seats", "focus_x": "20", "focus_y": "80"}
    assert wrens.post(page, typed).status_code == 302
    image.refresh_from_db()
    assert (image.title, image.alt, image.focus_x, image.focus_y) == (
        "The hall", "Rows of seats", 20, 80,
    )  # fmt: skip
    answer = wrens.post(page, {**typed, "title": "", "focus_x": "101"})
    assert answer.status_code == 422
    assert "Enter a title." in answer.content.decode()
    image.refresh_from_db()
    assert image.focus_x == 20


def test_only_those_places_are_named_that_one_may_know_of(
    wrens: Client, draft: Campaign, topic: Topic
) -> None:
    image = add_image(picture()).image
    content = draft.contents.get()
    content.blocks = [{"type": "image", "url": reference_to(image.key), "alt": "x"}]
    content.save()
    page = reverse("media_image", args=[image.pk])
    assert draft.name in wrens.get(page).content.decode()
    Brand.objects.update(logo=image)
    Topic.objects.filter(pk=topic.pk).update(is_restricted=True, is_public=False)
    html = wrens.get(page).content.decode()
    assert draft.name not in html
    used = html.partition("Where it is used")[2].partition("</ul>")[0]
    assert used.count("<li>") == 1, "not even the number of the others is told"
    assert "Logo of the brand" in used
    answer = wrens.post(reverse("media_delete", args=[image.pk]), follow=True)
    assert "not deleted, because it is used" in answer.content.decode()
    assert MediaImage.objects.exists()

    Brand.objects.update(logo=None)
    assert wrens.get(page).status_code == 404
    assert wrens.post(page, {"title": "x", "focus_x": 1, "focus_y": 1}).status_code == 404
    assert image.key not in wrens.get(LIBRARY).content.decode()
    wrens.post(reverse("media_delete", args=[image.pk]))
    assert MediaImage.objects.filter(title=image.title).exists()


def test_an_unused_image_is_deleted_by_a_press(wrens: Client) -> None:
    image = add_image(picture()).image
    address = reverse("media_delete", args=[image.pk])
    assert wrens.get(address)["Location"] == reverse("media_image", args=[image.pk])
    assert MediaImage.objects.exists()
    assert wrens.post(address)["Location"] == LIBRARY
    assert not MediaImage.objects.exists()
    assert "already deleted" in wrens.post(address, follow=True).content.decode()
