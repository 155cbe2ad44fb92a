"""Copying files so that they are whole, private and on the disk when it is done."""

import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

from newsletter.core.private_files import (
    give_folder_to_owner_of,
    give_to_owner_of,
    make_private_folder,
    open_private,
)


def copy_file(source: Path, target: Path, *, owner_of: Path | None = None) -> None:
    """Copy a file to a name that none has yet.

    Args:
        owner_of: a folder whose owner gets it, where root copies.
    """
    with source.open("rb") as content:
        write_file(target, content, owner_of=owner_of)


def write_file(target: Path, content: IO[bytes] | bytes, *, owner_of: Path | None = None) -> None:
    """Write a file of a name that none has yet, and its folders.

    Args:
        owner_of: as of `copy_file`.

    Raises:
        FileExistsError: there is one.
    """
    make_folders(target.parent)
    file = open_private(target, os.O_WRONLY | os.O_EXCL)
    if owner_of:
        give_to_owner_of(owner_of, file)
    _fill(file, content)


def replace_file(target: Path, content: IO[bytes] | bytes) -> None:
    """Write a file that takes its name only when all of it is there; the folder's owner gets it."""
    make_folders(target.parent)
    file, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")  # 0600
    try:
        give_to_owner_of(target.parent, file)
        _fill(file, content)
        Path(draft).replace(target)
    finally:
        Path(draft).unlink(missing_ok=True)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def disk_of(path: Path) -> int:
    """Return the number of the file system that a path is on, or will be."""
    return _what_is_there(path).stat().st_dev


def room_for(path: Path) -> int:
    """Return the free bytes of the disk that a path is on, or will be."""
    return shutil.disk_usage(_what_is_there(path)).free


def _what_is_there(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def _fill(file: int, content: IO[bytes] | bytes) -> None:
    with os.fdopen(file, "wb") as opened:
        shutil.copyfileobj(io.BytesIO(content) if isinstance(content, bytes) else content, opened)
        opened.flush()
        os.fsync(opened.fileno())


def make_folders(folder: Path) -> None:
    """Make a folder, and those above it; each belongs to the owner of the one above."""
    if folder.exists():
        return
    make_folders(folder.parent)
    make_private_folder(folder)
    give_folder_to_owner_of(folder.parent, folder)
