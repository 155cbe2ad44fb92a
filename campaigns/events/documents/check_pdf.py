"""Looking at what is uploaded as a PDF: by its bytes, never by its name."""

import re

from django.conf import settings

_BEGINNING = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*%PDF-[12]\.\d")
"""ISO 32000-2 section 7.5.2. Readers look for it in the first kilobyte; a file that begins as
something else, such as a web page, is refused all the same."""
_END, _TAIL = b"%%EOF", 4096
"""Section 7.5.5. A file that was cut off while it was copied has none there."""


class BadDocument(ValueError):
    """A file that can't be taken. The message is fit to be shown."""


def check_pdf(content: bytes) -> None:
    """Refuse what is no whole PDF, or too large.

    Raises:
        BadDocument: with the reason.
    """
    if not content:
        raise BadDocument("The file is empty.")
    if len(content) > settings.EVENT_DOCUMENT_BYTES:
        megabytes = settings.EVENT_DOCUMENT_BYTES // 1_000_000
        raise BadDocument(f"The file is larger than {megabytes} MB. Save it with smaller images.")
    if not _BEGINNING.match(content[:1024]):
        raise BadDocument("This is not a PDF. Save the document as PDF, and choose that file.")
    if _END not in content[-_TAIL:]:
        raise BadDocument("The PDF is not complete. Save it again, and choose the new file.")
