"""Checks of the disk and the privacy of VAR_DIR."""

import os
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.campaigns.reports.diagnostics.findings import NOW, to_mend

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
