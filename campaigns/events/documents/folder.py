"""The files of documents: a folder of its own in VAR_DIR, for the owner of the process alone.

Their names are drawn, so neither a title nor what somebody called a file becomes a path.
"""

import os
import re
import secrets
import time
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from newsletter.core.private_files import make_private_folder, open_private

_NAME = re.compile(r"[0-9a-f]{32}\.pdf\Z")
_WITHOUT_A_ROW = 3_600
"""Seconds for which a file may have no row: it has just been written."""


def documents_folder() -> Path:
    """Return the folder, which is made where it isn't there."""
    path = Path(settings.VAR_DIR) / "documents"
    make_private_folder(path, parents=True)
    return path


def write_document(content: bytes) -> str:
    """Write a new file, and return its name."""
    name = f"{secrets.token_hex(16)}.pdf"
    descriptor = open_private(documents_folder() / name, os.O_WRONLY | os.O_EXCL)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return name


def open_document(name: str) -> BinaryIO | None:
    """Open a file to be read; None where this host doesn't have it."""
    try:
        return _path(name).open("rb")
    except FileNotFoundError:
        return None


def has_document(name: str) -> bool:
    """Return whether this host has a file."""
    return _path(name).is_file()


def delete_document_file(name: str) -> None:
    """Delete a file, where it is there."""
    _path(name).unlink(missing_ok=True)


def forget_files_without_row(known: Collection[str]) -> int:
    """Delete the files that belong to no document, and return how many there were.

    A process that is killed between the row and the file leaves one.

    Args:
        known: the files of all documents.
    """
    found = [
        path
        for path in documents_folder().iterdir()
        if _NAME.match(path.name)
        and path.name not in known
        and path.stat().st_mtime < time.time() - _WITHOUT_A_ROW
    ]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _path(name: str) -> Path:
    if not _NAME.match(name):
        raise ValueError(f"{name!r} is the name of no document")
    return Path(settings.VAR_DIR) / "documents" / name
