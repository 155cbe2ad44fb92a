"""An uploaded list, as the pages leave it to a worker."""

from typing import Protocol

import pytest
from django.contrib.auth.models import User

from staff.roles import LIST_MANAGER
from subscribers.imports.uploads.folder import UPLOAD, new_folder
from subscribers.imports.uploads.upload import begin
from subscribers.models import ImportUpload, Topic
from tests.staff_members import staff_member


class UploadList(Protocol):
    """The function that `upload_list` gives."""

    def __call__(self, content: bytes | str, *, name: str = ...) -> ImportUpload: ...


@pytest.fixture
def lena(db: None) -> User:
    return staff_member("lena", LIST_MANAGER)


@pytest.fixture
def upload_list(topic: Topic, lena: User) -> UploadList:
    """Upload a list to the topic, as Lena."""

    def upload(content: bytes | str, *, name: str = "people.csv") -> ImportUpload:
        data = content.encode() if isinstance(content, str) else content
        folder = new_folder()
        (folder / UPLOAD).write_bytes(data)
        return begin(folder.name, file_name=name, size=len(data), topic=topic, made_by=lena)

    return upload
