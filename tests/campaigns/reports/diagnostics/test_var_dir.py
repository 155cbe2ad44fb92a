"""Checks of the disk and the privacy of VAR_DIR."""

import os
import tempfile
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from config.environment.media_storage_url import media_folder
from tests.campaigns.reports.diagnostics.findings import NOW, found, to_mend

pytestmark = pytest.mark.django_db


def test_a_folder_that_can_t_be_written_to_is_named(settings: Settings, folder: Path) -> None:
    settings.VAR_DIR = folder / "gone"
    assert "can't be written to: No such file" in to_mend("files", now=NOW)


def test_a_disk_without_room_is_named(settings: Settings) -> None:
    assert to_mend("files", now=NOW) == ""
    settings.LEAST_FREE_BYTES = 1 << 62
    assert "is almost full" in to_mend("files", now=NOW)


def test_a_disk_without_inodes_is_named(settings: Settings, folder: Path) -> None:
    if not os.statvfs(folder).f_files:
        settings.VAR_DIR = Path("/dev/shm")
    settings.LEAST_FREE_FILES = 1 << 62
    assert "inodes left" in to_mend("files", now=NOW)


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
def test_a_folder_that_others_may_look_into_is_named(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    assert (
        to_mend("files", now=NOW)
        == f"Other users of this machine can read {folder}. Run: chmod go= {folder}"
    )
    folder.chmod(0o700)
    assert to_mend("files", now=NOW) == ""


def test_the_disk_of_images_is_looked_at_where_it_is_another_one(
    settings: Settings, folder: Path
) -> None:
    media = Path(tempfile.mkdtemp(dir="/dev/shm"))
    try:
        assert media.stat().st_dev != folder.stat().st_dev
        settings.STORAGES = {**settings.STORAGES, "media": media_folder(media)}
        assert to_mend("files", now=NOW) == ""
        settings.LEAST_FREE_BYTES = 1 << 62
        findings = {each.about: each.message for each in found("files", now=NOW)}
    finally:
        media.rmdir()
    assert set(findings) == {f"room of {folder}", f"room of {media}"}
    assert "no image can be uploaded" in findings[f"room of {media}"]
    assert f"du -xsh {folder}/*" in findings[f"room of {folder}"]
