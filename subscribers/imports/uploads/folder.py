"""The files of an uploaded list: a folder of its own in VAR_DIR/imports, for its owner alone.

Whatever is in there is personal data, and goes when it has been used, or when its time is over. A
worker on this host, or on one that shares the folder, works on it.
"""

import json
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from newsletter.core.private_files import make_private_folder, whole_private_file

UPLOAD, ROWS, PROGRESS = "upload", "rows.sqlite3", "progress.json"
_BETWEEN_NOTES = 0.5
"""Seconds; pages look every second."""
_WITHOUT_A_ROW = 3_600
"""Seconds for which a folder may have no row: its file is still being uploaded."""


def imports_folder() -> Path:
    """Return the folder of all uploads of this host, which is made where it isn't there."""
    path = Path(settings.VAR_DIR) / "imports"
    make_private_folder(path, parents=True)
    return path


def new_folder() -> Path:
    """Make a folder for one upload. Nobody can guess its name."""
    path = imports_folder() / secrets.token_hex(16)
    make_private_folder(path)
    return path


def folder_named(name: str) -> Path:
    """Return the folder of an upload, which may be on another host."""
    return Path(settings.VAR_DIR) / "imports" / name


def forget_files(name: str, *, but: frozenset[str] = frozenset()) -> None:
    """Delete the files of an upload, and the folder if nothing is kept.

    Args:
        but: names of files that are kept.
    """
    folder = folder_named(name)
    if not but:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in list(folder.glob("*")):
        if path.name not in but:
            path.unlink(missing_ok=True)


def folders_without_row(known: set[str]) -> Iterator[str]:
    """Yield the folders of this host that belong to no upload any more.

    Args:
        known: the folders of all uploads.
    """
    folder = Path(settings.VAR_DIR) / "imports"
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        try:
            is_old = path.stat().st_mtime < time.time() - _WITHOUT_A_ROW
        except FileNotFoundError:
            continue
        if is_old and path.name not in known:
            yield path.name


class ProgressNotes:
    """Notes how far a worker is, in a file: what it does in a transaction nobody else can see."""

    def __init__(self, name: str) -> None:
        self._path = folder_named(name) / PROGRESS
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _BETWEEN_NOTES
        with whole_private_file(self._path) as file:
            json.dump({"done": done, "total": total}, file)

    def clear(self) -> None:
        """Forget the notes of an earlier step."""
        self._path.unlink(missing_ok=True)


def progress_of(name: str) -> int | None:
    """Return how much of its step a worker has done, in per cent. None where nobody knows."""
    try:
        kept = json.loads((folder_named(name) / PROGRESS).read_text(encoding="utf-8"))
        return min(100, 100 * int(kept["done"]) // max(int(kept["total"]), 1))
    except (OSError, ValueError, KeyError, TypeError):
        return None
