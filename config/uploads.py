"""Refusal of uploads: no page takes files.

Django would spool a stranger's gigabytes to the disk before a form is looked at.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


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

    def file_complete(self, file_size: int) -> None:
        """Return nothing, because there is no file."""
