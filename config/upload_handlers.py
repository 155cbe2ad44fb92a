"""Refusal of uploads, but on the pages on which staff upload a list, a document or an image.

Django would spool a stranger's gigabytes to the disk before a form is looked at.
"""

import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from newsletter.core.private_files import open_private
from subscribers.imports.uploads.folder import UPLOAD, forget_files, new_folder
from subscribers.imports.uploads.received import ReceivedFile

UPLOAD_PAGE = "admin:subscribers_importbatch_add"
_MAY_UPLOAD = "subscribers.add_importbatch"
DOCUMENT_PAGE = "admin:studio_event_documents"
_MAY_ADD_DOCUMENTS = "campaigns.change_event"
MEDIA_PAGE = "media_library"
_MAY_ADD_IMAGES = "newsletter.add_mediaimage"
_FIELD = "file"


def handler_for(request: Any = None) -> "NoFiles":
    """Return the handler of a request: the setting names this.

    The path is known before the form is read, and so is the account.
    """
    if _is_to(request, DOCUMENT_PAGE, by=_MAY_ADD_DOCUMENTS):
        return OneDocument(request)
    if _is_to(request, MEDIA_PAGE, by=_MAY_ADD_IMAGES):
        return OneImage(request)
    return OneList(request)


def _is_to(request: Any, page: str, *, by: str) -> bool:
    """Return whether a request is to this page, by somebody who may use it."""
    match = getattr(request, "resolver_match", None)
    return match is not None and match.view_name == page and request.user.has_perm(by)


class NoFiles(FileUploadHandler):
    """An upload handler that passes over the files of a multipart form.

    One that is too large for a form without files isn't read at all.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django calls it so
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Refuse by length what DATA_UPLOAD_MAX_MEMORY_SIZE would refuse of any other form.

        Raises:
            RequestDataTooBig: Django answers 400.
        """
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("A form is larger than DATA_UPLOAD_MAX_MEMORY_SIZE.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Do nothing: files are passed over before their first byte."""

    def file_complete(self, file_size: int) -> Any:
        """Return nothing, because there is no file."""
        return None


class OneList(NoFiles):
    """An upload handler that takes one file, on one page, from staff who may import lists.

    It is written where it stays, for its owner alone, never into the folder of temporary files.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._folder: Path | None = None
        self._descriptor = -1
        self._name = ""
        self._problem = ""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django calls it so
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Refuse by length what is too large for the page that it is sent to.

        Raises:
            RequestDataTooBig: Django answers 400.
        """
        if not self._takes_a_list():
            super().handle_raw_input(input_data, META, content_length, boundary, encoding)
        elif content_length > 2 * settings.IMPORT_UPLOAD_BYTES:
            raise RequestDataTooBig("A list is larger than twice IMPORT_UPLOAD_BYTES.")
        elif content_length > settings.IMPORT_UPLOAD_BYTES:
            self._problem = ReceivedFile.TOO_LARGE

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        """Begin a file, where this page takes one.

        Raises:
            SkipFile: it doesn't.
        """
        if field_name != _FIELD or self._folder or not self._takes_a_list():
            raise SkipFile
        self._name = file_name
        # Made for a file that is refused, too, so that its page can say why.
        self._folder = new_folder()
        self._descriptor = open_private(self._folder / UPLOAD, os.O_WRONLY | os.O_TRUNC)
        room = shutil.disk_usage(self._folder).free - settings.LEAST_FREE_BYTES
        if not self._problem and room < settings.IMPORT_UPLOAD_BYTES:
            self._problem = ReceivedFile.NO_ROOM

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece of the file."""
        if start + len(raw_data) > settings.IMPORT_UPLOAD_BYTES:
            self._problem = self._problem or ReceivedFile.TOO_LARGE
        if not self._problem:
            view = memoryview(raw_data)
            while view:
                view = view[os.write(self._descriptor, view) :]

    def file_complete(self, file_size: int) -> ReceivedFile | None:
        """Return the file, or its problem."""
        if self._folder is None or self._descriptor < 0:
            return None
        self._close()
        if self._problem:
            forget_files(self._folder.name)
        return ReceivedFile(
            self._folder.name, name=self._name, size=file_size, problem=self._problem
        )

    def upload_interrupted(self) -> None:
        """Delete what has come, because the rest won't."""
        self._close()
        if self._folder is not None:
            forget_files(self._folder.name)

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _takes_a_list(self) -> bool:
        return _is_to(self.request, UPLOAD_PAGE, by=_MAY_UPLOAD)


class OneDocument(NoFiles):
    """An upload handler that takes one PDF, on one page, from staff who may change events.

    It is small, so it stays in memory until it has been looked at. Of one that is too large, the
    first byte too many is kept, which tells so.
    """

    noun, setting, unnamed = "document", "EVENT_DOCUMENT_BYTES", "document.pdf"

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._content: bytearray | None = None
        self._name = ""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django calls it so
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Refuse by length what is far too large.

        Raises:
            RequestDataTooBig: Django answers 400.
        """
        if content_length > 4 * self._most:
            raise RequestDataTooBig(f"The {self.noun} is larger than four times {self.setting}.")

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        """Begin a file, where it is the first.

        Raises:
            SkipFile: it is another.
        """
        if field_name != _FIELD or self._content is not None:
            raise SkipFile
        self._name, self._content = file_name, bytearray()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece of the file."""
        if self._content is not None:
            room = self._most + 1 - len(self._content)
            self._content += raw_data[:room]

    def file_complete(self, file_size: int) -> Any:
        """Return the file."""
        if self._content is None:
            return None
        return SimpleUploadedFile(self._name or self.unnamed, bytes(self._content))

    @property
    def _most(self) -> int:
        """The bytes that one may have."""
        return int(getattr(settings, self.setting))


class OneImage(OneDocument):
    """An upload handler that takes one image, in the library, from staff who may add some."""

    noun, setting, unnamed = "image", "MEDIA_IMAGE_BYTES", "image"
