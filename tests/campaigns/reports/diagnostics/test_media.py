"""Check of the storage of images."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from config.environment.media_storage_url import parse_media_storage_url
from tests.campaigns.reports.diagnostics.findings import NOW, found, to_mend
from tests.fakes.s3_store import BUCKET, SECRET, s3_store

pytestmark = pytest.mark.django_db


def use(settings: Settings, url: str) -> None:
    settings.STORAGES = {**settings.STORAGES, "media": parse_media_storage_url(url)}


def test_a_folder_that_takes_images_is_well(settings: Settings, tmp_path: Path) -> None:
    use(settings, str(tmp_path / "images"))
    assert to_mend("images", now=NOW) == ""
    assert [each.message for each in found("images", now=NOW)] == [
        f"Images are kept in the folder {tmp_path / 'images'}."
    ]
    assert list((tmp_path / "images").iterdir()) == []


def test_a_folder_that_takes_none_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    use(settings, str(tmp_path / "file" / "images"))
    assert f"{tmp_path / 'file' / 'images'}" in to_mend("images", now=NOW)


def test_a_store_that_refuses_is_named_without_its_secret(settings: Settings) -> None:
    with s3_store() as store:
        use(settings, store.url())
        assert to_mend("images", now=NOW) == ""
        use(settings, store.url(secret="wrong"))
        said = to_mend("images", now=NOW)
    assert f"the bucket {BUCKET} of http://127.0.0.1:{store.port}" in said
    assert "SignatureDoesNotMatch" in said
    assert SECRET not in said
