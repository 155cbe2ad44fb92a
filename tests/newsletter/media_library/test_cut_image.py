"""Crops are files that never change: another focal point makes others, and those that were stay."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks, Settings

from newsletter.media.crops import SQUARE, WIDE, all_names_of, crop_of
from newsletter.media.image_files import names_of, path_of_file
from newsletter.media.reencode_apart import BadImage
from newsletter.media_library.add_image import add_image
from newsletter.media_library.change_image import change_image, delete_image
from newsletter.media_library.cut_image import cut_image
from newsletter.models import MediaImage
from tests.newsletter.media.pictures import opened, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def image() -> MediaImage:
    return add_image(picture(size=(900, 600)), name="hall.jpg").image


def files(settings: Settings) -> list[str]:
    folder = Path(settings.STORAGES["media"]["OPTIONS"]["location"])
    return sorted(path.name for path in folder.iterdir())


def test_a_crop_is_a_file_of_its_own_and_made_once(image: MediaImage, settings: Settings) -> None:
    crop = cut_image(image, SQUARE)
    assert (crop.width, crop.height) == (240, 240)
    assert crop.name.startswith(f"{image.key}-square-50-50-240x240.")
    assert cut_image(MediaImage.objects.get(), SQUARE) == crop
    assert files(settings) == sorted([*names_of(image), crop.name])
    assert crop_of(MediaImage.objects.get(), WIDE) is None


def test_an_image_is_never_enlarged() -> None:
    small = add_image(picture(size=(40, 100))).image
    assert (cut_image(small, SQUARE).width, cut_image(small, SQUARE).height) == (40, 40)
    assert (cut_image(small, WIDE).width, cut_image(small, WIDE).height) == (40, 21)


def test_a_crop_is_given_to_everybody_for_a_year(image: MediaImage, client: Client) -> None:
    crop = cut_image(image, WIDE)
    answer = client.get(crop.path)
    assert opened(answer.content).size == (crop.width, crop.height)
    assert "immutable" in answer["Cache-Control"]
    for other in ("square", "wide-1-1", "wide-50-51", "tall-50-50"):
        name = crop.name.replace("wide-50-50", other)
        assert client.get(path_of_file(name)).status_code == 404


def test_another_focal_point_makes_another_file_and_the_old_one_stays(
    image: MediaImage, client: Client
) -> None:
    before = cut_image(image, SQUARE)
    change_image(image, focus_x=10)
    image = MediaImage.objects.get()
    after = crop_of(image, SQUARE)
    assert after is not None
    assert after.name != before.name
    assert client.get(before.path).status_code == client.get(after.path).status_code == 200
    assert crop_of(image, WIDE) is None  # it isn't needed
    change_image(image, focus_x=50)
    assert crop_of(MediaImage.objects.get(), SQUARE) == before


def test_all_crops_are_deleted_with_their_image(
    image: MediaImage,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    cut_image(image, SQUARE)
    change_image(image, focus_x=10)
    image = MediaImage.objects.get()
    assert set(files(settings)) == set(all_names_of(image))
    assert len(all_names_of(image)) == len(names_of(image)) + 2
    with django_capture_on_commit_callbacks(execute=True):
        delete_image(image)
    assert files(settings) == []


def test_a_file_of_an_attempt_that_came_to_nothing_is_replaced(
    image: MediaImage, settings: Settings
) -> None:
    crop = cut_image(image, SQUARE)
    folder = Path(settings.STORAGES["media"]["OPTIONS"]["location"])
    (folder / crop.name).write_bytes(b"half of it")
    MediaImage.objects.update(crops=[])
    assert cut_image(MediaImage.objects.get(), SQUARE) == crop
    assert opened((folder / crop.name).read_bytes()).size == (240, 240)


def test_an_image_without_its_file_keeps_its_focal_point(
    image: MediaImage, settings: Settings
) -> None:
    cut_image(image, SQUARE)
    folder = Path(settings.STORAGES["media"]["OPTIONS"]["location"])
    (folder / names_of(image)[-1]).unlink()
    with pytest.raises(BadImage, match="missing"):
        change_image(image, focus_x=10)
    assert MediaImage.objects.get().focus_x == 50
