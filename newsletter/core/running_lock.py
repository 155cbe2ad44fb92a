"""The lock of a running installation, which web, workers, senders and clock of this host share.

A restore takes it for itself, so neither begins while the other is at work. The system lets go of
it when the last process that holds it ends, however that is; a child holds what it was forked with.
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newsletter.core.private_files import give_to_owner_of, open_private

logger = logging.getLogger(__name__)

FILE_NAME = "running.lock"
UNFINISHED_RESTORE = "restore.json"
"""The note of a restore, which is there from its beginning to its end."""
_kept_open: list[int] = []
"""Closing a file would let go of its lock."""


class BeingRestored(Exception):
    """A backup is being restored here, or was in part, so nothing may start."""

    def __init__(self, note: Path | None = None) -> None:
        super().__init__(
            f"The restore of a backup was cut short here. Run the same manage.py restore again. "
            f"Or, to go on with the database as it is, delete {note}."
            if note
            else "A backup is being restored here. Start again when that is done."
        )


class IsRunning(Exception):
    """Processes of this installation run on this host, or a restore does."""


def share_running_lock(folder: Path) -> None:
    """Hold the lock with the other processes, until this one and its children have ended.

    Where it can't be held, as on a full disk, this process goes without: mail is worth more.

    Args:
        folder: VAR_DIR.

    Raises:
        BeingRestored: a restore holds it, or has begun and not ended.
    """
    try:
        file = _opened(folder)
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            raise
    except BlockingIOError:
        raise BeingRestored from None
    except OSError as error:
        logger.warning("%s can't be held (%s)", folder / FILE_NAME, error.strerror or error)
        return
    if (note := folder / UNFINISHED_RESTORE).exists():
        os.close(file)
        raise BeingRestored(note)
    _kept_open.append(file)


@contextmanager
def running_lock_for_oneself(folder: Path) -> Iterator[None]:
    """Hold the lock alone, so that no process of this host runs or starts meanwhile.

    Args:
        folder: VAR_DIR.

    Raises:
        IsRunning: another process holds it.
        OSError: it can't be held.
    """
    file = _opened(folder)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IsRunning from None
        yield
    finally:
        os.close(file)


def _opened(folder: Path) -> int:
    file = open_private(folder / FILE_NAME, os.O_RDWR)
    give_to_owner_of(folder, file)
    return file
