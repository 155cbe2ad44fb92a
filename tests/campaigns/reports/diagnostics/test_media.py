"""Check of the storage of images."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from campaigns.reports.diagnostics.finding import Level
from config.environment.media_storage_url import parse_media_storage_url
from newsletter.media import reencode_apart
from tests.campaigns.reports.diagnostics.findings import NOW, found, to_mend
from tests.fakes.old_kernel import program_without_walls
from tests.fakes.s3_store import BUCKET, SECRET, s3_store

pytestmark = pytest.mark.django_db


def use(settings: Settings, url: str) -> None:
    settings.STORAGES = {**settings.STORAGES, "media": parse_media_storage_url(url)}


def test_a_folder_that_takes_images_is_well(settings: Settings, tmp_path: Path) -> None:
    use(settings, str(tmp_path / "images"))
    assert to_mend("images", now=NOW) == ""
    assert [each.message for each in found("images", now=NOW)] == [
        f"Images are kept in the folder {tmp_path / 'images'}.",
        "Images are decoded behind all walls that the kernel has.",
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


def test_walls_that_a_host_doesn_t_have_are_named_once(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(settings, str(tmp_path / "images"))
    monkeypatch.setattr(reencode_apart, "PROGRAM", program_without_walls(tmp_path))
    assert [each.level for each in found("images", now=NOW)] == [Level.FINE, Level.LOOK]
    said = found("images", now=NOW)[1].message
    assert "without Landlock for files, Landlock for TCP, Landlock for signals, a filter" in said


def test_a_program_that_doesn_t_start_is_to_be_mended(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(settings, str(tmp_path / "images"))
    monkeypatch.setattr(reencode_apart, "PROGRAM", tmp_path / "none.py")
    assert "can't be decoded" in to_mend("images", now=NOW)
