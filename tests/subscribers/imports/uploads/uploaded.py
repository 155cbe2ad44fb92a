"""Lists that staff have uploaded, and that a worker has looked at."""

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from subscribers.imports.uploads.choices import Choices
from subscribers.imports.uploads.folder import UPLOAD, new_folder
from subscribers.imports.uploads.upload import begin, choose
from subscribers.imports.uploads.work import advance_import
from subscribers.models import ImportUpload, Topic

SHEET = "Email,Name,Newsletter\nnina@example.org,Nina,yes\nnoah@example.org,Noah,no\n"


class _SentAgain(SimpleUploadedFile):
    """A file that a form may send more than once."""

    def read(self, *size: int) -> bytes:
        self.seek(0)
        whole: bytes = super().read()
        return whole


def new_list() -> SimpleUploadedFile:
    """Return a file as a browser sends it."""
    return _SentAgain("people.csv", SHEET.encode())


def checked_list(
    topic: Topic, account: User, *, name: str = "people.csv", text: str = SHEET
) -> ImportUpload:
    """Return an uploaded list that is ready to be imported."""
    folder = new_folder()
    (folder / UPLOAD).write_text(text, encoding="utf-8")
    upload = begin(folder.name, file_name=name, size=len(text), topic=topic, made_by=account)
    advance_import(upload.pk)
    upload.refresh_from_db()
    choose(upload, choices=Choices(), rows_as={})
    advance_import(upload.pk)
    upload.refresh_from_db()
    return upload
