"""The files of images: for everybody, for a year, and as nothing but images."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from config.environment.media_storage_url import parse_media_storage_url
from newsletter.media.image_files import names_of, path_of_file
from newsletter.media.storage import delete_file
from newsletter.media_library.add_image import add_image
from newsletter.models import MediaImage
from tests.fakes.s3_store import s3_store
from tests.newsletter.media.pictures import opened, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(settings: Settings) -> MediaImage:
    return add_image(picture(size=(800, 400)), name="hall.jpg").image


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_file_is_given_as_an_image_that_never_changes(
    client: Client, image: MediaImage, method: str
) -> None:
    for name, (width, height, _, length) in zip(names_of(image), image.sizes, strict=True):
        answer = getattr(client, method)(path_of_file(name))
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Content-Length"] == str(length)
        assert not answer.has_header("Vary")
        assert not answer.cookies
        if method == "get":
            body = answer.getvalue()
            assert len(body) == length
            assert opened(body).size == (width, height)


def test_nothing_else_is_given(client: Client, image: MediaImage) -> None:
    name = names_of(image)[0]
    for other in (
        "",
        "x",
        name.replace(".jpg", ".png"),
        name.replace(".jpg", ".jpg.html"),
        name.replace("240x120", "241x120"),
        f"{'0' * 24}{name[24:]}",
        "..%2F..%2Fconvene.sqlite3",
        "%00",
    ):
        assert client.get(path_of_file(other)).status_code == 404, other
    assert client.post(path_of_file(name)).status_code == 405


def test_a_file_that_the_storage_lost_is_not_there(client: Client, image: MediaImage) -> None:
    name = names_of(image)[0]
    delete_file(name)
    assert client.get(path_of_file(name)).status_code == 404


def test_an_image_without_a_row_is_not_there(client: Client, image: MediaImage) -> None:
    name = names_of(image)[0]
    MediaImage.objects.all().delete()
    assert client.get(path_of_file(name)).status_code == 404


def test_files_of_a_store_are_given_and_its_silence_is_no_absence(
    client: Client, settings: Settings
) -> None:
    with s3_store() as store:
        storage = parse_media_storage_url(store.url())
        settings.STORAGES = {**settings.STORAGES, "media": storage}
        image = add_image(picture(), name="hall.jpg").image
        other = add_image(picture(size=(90, 60)), name="door.jpg").image
        path = path_of_file(names_of(image)[0])
        assert opened(client.get(path).getvalue()).size == (80, 60)
    assert client.get(path_of_file(names_of(other)[0])).status_code == 503
    # What was asked for a moment ago is given without the store.
    assert opened(client.get(path).getvalue()).size == (80, 60)
