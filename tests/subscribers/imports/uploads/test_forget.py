"""Uploaded lists and their files die when their time is over."""

import os
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from subscribers.imports.uploads.folder import folder_named, new_folder
from subscribers.imports.uploads.forget import forget_files_without_row, forget_uploads
from subscribers.models import ImportUpload
from subscribers.states import ImportStep
from tests.subscribers.imports.uploads.conftest import UploadList

DAY = timedelta(days=1)


def age(folder: str, *, hours: float) -> None:
    then = time.time() - hours * 3_600
    os.utime(folder_named(folder), (then, then))


@pytest.mark.parametrize(
    ("step", "days", "is_kept"),
    [
        (ImportStep.COLUMNS, 0.9, True),
        (ImportStep.COLUMNS, 1.1, False),
        (ImportStep.REFUSED, 1.1, False),
        (ImportStep.IMPORTED, 6.9, True),
        (ImportStep.IMPORTED, 7.1, False),
        (ImportStep.IMPORTING, 1.1, True),
    ],
)
def test_a_list_dies_with_its_files(
    step: ImportStep, days: float, *, is_kept: bool, upload_list: UploadList
) -> None:
    upload = upload_list("Email\na@example.org\n")
    age(upload.folder, hours=2)
    ImportUpload.objects.update(status=step, changed_at=timezone.now() - days * DAY)
    assert forget_uploads(timezone.now(), batch=10) == (0 if is_kept else 1)
    assert folder_named(upload.folder).exists() is is_kept


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "is_kept"), [(0.9, True), (1.1, False)])
def test_a_folder_that_no_list_came_of_goes_after_an_hour(hours: float, *, is_kept: bool) -> None:
    folder = new_folder()
    (folder / "upload").write_bytes(b"x")
    age(folder.name, hours=hours)
    forget_files_without_row()
    assert folder.exists() is is_kept


@pytest.mark.django_db
def test_a_host_that_never_had_an_upload_has_nothing_to_forget() -> None:
    forget_files_without_row()
