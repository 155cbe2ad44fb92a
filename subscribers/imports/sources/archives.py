"""Archives from outside: what they claim to hold is looked at before any of it is unpacked."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 - an error by its name

from django.conf import settings

from subscribers.imports.reading.encoding import ImportProblem

_END = b"PK\x05\x06"
_END_64, _LOCATOR_64 = b"PK\x06\x06", b"PK\x06\x07"
_TAIL = 65_535 + 22 + 20
"""Bytes in which the end of an archive lies (APPNOTE 4.3.16): its longest comment, its own and that
of the pointer to the larger one."""
_MOST_DIRECTORY_BYTES = 2_000_000
"""Of the list of files. zipfile reads all of it, and makes an object of each entry."""
_SMALL = 10_000_000
"""Bytes up to which nobody minds how well a file has shrunk."""
_ENCRYPTED = 0x1

DAMAGED = "The file is damaged: it can't be unpacked. Export it again, or copy it again."


@contextmanager
def opened_archive(path: Path) -> Iterator[ZipFile]:
    """Open a ZIP archive whose entries can be read.

    `ZipFile` gives back no more of an entry than its entry claims, so limits on the claims hold.

    Raises:
        ImportProblem: it is damaged, encrypted, or would be too large.
    """
    try:
        with path.open("rb") as stream:
            if _directory_bytes(stream) > _MOST_DIRECTORY_BYTES:
                raise _too_many()
            with ZipFile(stream) as archive:
                _check(archive, size=path.stat().st_size)
                yield archive
    except (BadZipFile, ZlibError, EOFError, struct.error, NotImplementedError, OverflowError):
        raise ImportProblem(DAMAGED) from None


def _check(archive: ZipFile, *, size: int) -> None:
    entries = archive.infolist()
    if len(entries) > settings.IMPORT_UNPACKED_ENTRIES:
        raise _too_many()
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise ImportProblem("The file needs a password. Save it without one, and upload that.")
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise ImportProblem(
            "The file is packed in a way that we don't read. Pack it as an ordinary ZIP file."
        )
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > settings.IMPORT_UNPACKED_BYTES:
        raise ImportProblem(
            f"Unpacked, the file would have more than {settings.IMPORT_UNPACKED_BYTES:,} bytes. "
            f"Divide it, and import the parts."
        )
    if unpacked > _SMALL and unpacked > size * settings.IMPORT_UNPACKED_RATIO:
        raise ImportProblem(
            f"Unpacked, the file would be more than {settings.IMPORT_UNPACKED_RATIO} times as "
            f"large, as no list is."
        )


def _directory_bytes(stream: BinaryIO) -> int:
    """Return how many bytes the list of files has, as the end of the archive says it."""
    size = stream.seek(0, 2)
    start = max(size - _TAIL, 0)
    stream.seek(start)
    tail = stream.read()
    end = tail.rfind(_END)
    if end < 0:
        raise BadZipFile
    (bytes_,) = struct.unpack_from("<L", tail, end + 12)
    if end >= 20 and tail[end - 20 : end - 16] == _LOCATOR_64:
        (place,) = struct.unpack_from("<Q", tail, end - 12)
        stream.seek(place if place < size else size)
        larger = stream.read(56)
        if larger[:4] == _END_64:
            (bytes_,) = struct.unpack_from("<Q", larger, 40)
    stream.seek(0)
    return int(bytes_)


def _too_many() -> ImportProblem:
    return ImportProblem(
        f"The archive holds more than {settings.IMPORT_UNPACKED_ENTRIES:,} files, as no export of "
        f"a list does."
    )
