"""Adding an image to the library, changing what is said of it, and deleting it."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks, Settings

from campaigns.models import Campaign, CampaignTemplate
from newsletter.media.image_files import names_of
from newsletter.media.image_use import reference_to
from newsletter.media.reencode_apart import BadImage
from newsletter.media_library.add_image import add_image, title_from
from newsletter.media_library.change_image import ImageInUse, change_image, delete_image
from newsletter.media_library.where_used import uses_of
from newsletter.models import AuditEntry, MediaImage
from tests.newsletter.media.pictures import picture

pytestmark = pytest.mark.django_db


def files(settings: Settings) -> list[str]:
    folder = Path(settings.STORAGES["media"]["OPTIONS"]["location"])
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_an_image_has_a_row_files_and_an_entry_of_the_audit_log(
    sam: User, settings: Settings
) -> None:
    added = add_image(picture(size=(800, 400)), name="The hall.jpeg", by=sam)
    image = MediaImage.objects.get()
    assert (added.image, added.is_new, added.is_animated) == (image, True, False)
    assert (image.title, image.uploaded_by) == ("The hall", sam)
    assert (image.width, image.height) == (800, 400)
    assert files(settings) == sorted(names_of(image))
    assert len(image.key) == 24
    entry = AuditEntry.objects.get(action="media.uploaded")
    assert entry.object_label == "image “The hall”"


def test_the_same_picture_twice_is_one(settings: Settings) -> None:
    first = add_image(picture("PNG"), name="one.png")
    again = add_image(picture("PNG", compress_level=0), name="two.png")
    assert (again.image, again.is_new) == (first.image, False)
    assert files(settings) == names_of(first.image)


def test_the_same_picture_as_one_that_somebody_may_not_know_of_is_another() -> None:
    hidden = add_image(picture("PNG"), name="secret.png").image
    own = add_image(picture("PNG"), name="mine.png", unknown={hidden.key})
    assert (own.is_new, own.image.title) == (True, "mine")
    again = add_image(picture("PNG"), name="more.png", unknown={hidden.key})
    assert (again.is_new, again.image) == (False, own.image)
    assert add_image(picture("PNG")).image == hidden


def test_a_refused_file_leaves_nothing(settings: Settings) -> None:
    for content in (b"", b"<svg/>", b"x" * (settings.MEDIA_IMAGE_BYTES + 1)):
        with pytest.raises(BadImage):
            add_image(content, name="x.jpg")
    assert files(settings) == []
    assert not MediaImage.objects.exists()


def test_a_storage_that_is_down_keeps_no_row(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "media").write_text("in the way")
    with pytest.raises(BadImage, match="storage"):
        add_image(picture())
    assert not MediaImage.objects.exists()


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("IMG_2041.HEIC.jpg", "IMG 2041.HEIC"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\hall.png", "hall"),
        ("a\x00b\u202egpj.png", "a b gpj"),
        ("", "Image"),
        (".png", ".png"),
        ("x" * 400 + ".png", "x" * 160),
        ("\ud800.png", "Image"),
    ],
)
def test_a_title_is_made_of_the_file_s_name(name: str, title: str) -> None:
    assert title_from(name) == title


def test_the_uploader_is_forgotten_with_their_account(sam: User) -> None:
    image = add_image(picture(), by=sam).image
    sam.delete()
    image.refresh_from_db()
    assert image.uploaded_by is None


def test_a_change_is_recorded_once() -> None:
    image = add_image(picture(), name="hall.jpg").image
    assert change_image(image, alt="The hall", focus_x=20).is_changed
    assert not change_image(image, alt="The hall", focus_x=20).is_changed
    image.refresh_from_db()
    assert (image.alt, image.focus_x, image.focus_y, image.title) == ("The hall", 20, 50, "hall")
    assert AuditEntry.objects.get(action="media.changed").details == {"fields": ["alt", "focus_x"]}


def test_an_image_that_nothing_shows_is_deleted_with_its_files(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    image = add_image(picture(), name="hall.jpg").image
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_image(image)
    assert files(settings) == []
    assert not delete_image(image)
    assert AuditEntry.objects.filter(action="media.deleted").count() == 1


@pytest.mark.parametrize("which", ["draft", "sending"])
def test_an_image_that_a_campaign_shows_is_not_deleted(
    which: str, request: pytest.FixtureRequest
) -> None:
    campaign: Campaign = request.getfixturevalue(which)
    image, other = (add_image(picture(size=(9, side))).image for side in (9, 8))
    content = campaign.contents.get()
    content.blocks = [
        *content.blocks,
        {"type": "image", "url": reference_to(image.key), "alt": "x", "decorative": "no"},
    ]
    content.save()
    [use] = uses_of([image.key, other.key])
    assert use.key == image.key
    assert campaign.name in use.label
    assert use.hidden_by == frozenset()
    with pytest.raises(ImageInUse):
        delete_image(image)
    assert delete_image(other)


def test_an_image_of_an_earlier_version_is_not_deleted(sams: Client, draft: Campaign) -> None:
    image = add_image(picture()).image
    blocks = [{"type": "image", "url": reference_to(image.key), "alt": "x"}]
    draft.versions.create(
        reason="named", name="With the hall", by="Wren",
        contents={"en": {"subject": "", "preheader": "", "blocks": blocks}},
    )  # fmt: skip
    [use] = uses_of([image.key])
    assert "With the hall" in use.label
    assert sams.get(use.url).status_code == 200
    with pytest.raises(ImageInUse):
        delete_image(image)


def test_an_image_of_a_template_is_not_deleted(sams: Client, draft: Campaign) -> None:
    image = add_image(picture()).image
    blocks = [{"type": "image", "url": reference_to(image.key), "alt": "x"}]
    CampaignTemplate.objects.create(
        name="Briefing", topic=draft.topic, language="en",
        contents={"en": {"subject": "", "preheader": "", "blocks": blocks}},
    )  # fmt: skip
    [use] = uses_of([image.key])
    assert "Briefing" in use.label
    assert sams.get(use.url).status_code == 200
    with pytest.raises(ImageInUse):
        delete_image(image)


def test_where_an_image_is_used_leads_to_a_page(sams: Client, draft: Campaign) -> None:
    image = add_image(picture()).image
    content = draft.contents.get()
    content.blocks = [{"type": "image", "url": reference_to(image.key), "alt": "x"}]
    content.save()
    [use] = uses_of([image.key])
    assert sams.get(use.url).status_code == 200
