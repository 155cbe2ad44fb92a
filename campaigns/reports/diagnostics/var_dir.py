"""Checks that VAR_DIR can be written to, and that other users of the machine can't read it."""

import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from campaigns.reports.diagnostics.finding import Found, Level, Said
from newsletter.core.private_files import others_may_read, sqlite_files

GIGABYTE = 1_000_000_000


def files() -> Found:
    """Check room, inodes, write permission, and privacy."""
    folder = Path(settings.VAR_DIR)
    problem = _cannot_write(folder)
    if problem:
        yield Said(
            Level.MEND,
            f"VAR_DIR ({folder}) can't be written to: {problem}. This host can't send email until "
            f"that is fixed.",
            "writing",
        )
        return
    yield from _room(folder, f"VAR_DIR ({folder})", "sending stops")
    media = _media_folder()
    if media is not None and media.stat().st_dev != folder.stat().st_dev:
        yield from _room(media, f"the media folder ({media})", "no image can be uploaded")
    for path in (folder, *sqlite_files(connection.settings_dict)):
        if others_may_read(path):
            yield Said(
                Level.MEND,
                f"Other users of this machine can read {path}. Run: chmod go= {path}",
                f"privacy of {path}",
            )


def _media_folder() -> Path | None:
    """Return the folder of images, if they are kept in one that is there."""
    location = settings.STORAGES["media"]["OPTIONS"].get("location")
    folder = Path(location) if location else None
    return folder if folder and folder.is_dir() else None


def _room(folder: Path, name: str, harm: str) -> Found:
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    if free < settings.LEAST_FREE_BYTES:
        yield Said(
            Level.MEND,
            f"The disk of {name} is almost full: {_size(free)} left. Free some space, or {harm}. "
            f"See what is large: du -xsh {folder}/*",
            f"room of {folder}",
        )
    # File systems without a fixed number of inodes report 0 of 0.
    if disk.f_files and disk.f_favail < settings.LEAST_FREE_FILES:
        yield Said(
            Level.MEND,
            f"The disk of {name} is almost out of inodes: {disk.f_favail} inodes left. Delete some "
            f"files, or {harm}. See where they are: du -x --inodes -s {folder}/*",
            f"inodes of {folder}",
        )


def _cannot_write(folder: Path) -> str:
    """Write a file, and return the error's words, or nothing.

    The file is larger than what fits into an inode, because that might fit on a full disk.
    """
    try:
        with tempfile.TemporaryFile(dir=folder, prefix="doctor-") as file:
            file.write(bytes(65536))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _size(number: int) -> str:
    return f"{number / GIGABYTE:.1f} GB" if number >= GIGABYTE else f"{number // 1_000_000} MB"
