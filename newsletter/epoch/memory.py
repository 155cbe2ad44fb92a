"""What this host remembers of the database: one small file in VAR_DIR, which all of the host's processes share.

It is replaced as a whole, under a lock, and only ever moves on. It isn't synced to the disk: a power cut may take the last
seconds of it, and what is restored afterwards is older than seconds; the page cache outlives every process.
"""

import fcntl
import json
import logging
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

_NEVER = datetime.min.replace(tzinfo=UTC)
_FILE, _LOCK = "epoch.json", "epoch.lock"


@dataclass(frozen=True, slots=True)
class Mark:
    """One step of the epoch that was seen in the database after it had committed.

    Args:
        history: the identity of the stretch in which it was seen.
        epoch: its number; 0 where there was none yet.
        nonce: what tells it from a step with the same number in a restored database.
        at: when.
    """

    history: str
    epoch: int
    nonce: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """What a host remembers.

    Args:
        mark: the newest step that this host has seen.
        earlier: identities of the stretches before that one.
        is_vouched: whether this host may send. False: it met a database that had been in use elsewhere, and nobody has said yet
            that it is the newest there is.
        since: when this host met the database.
        is_own: whether the file was written here. A copy from a backup is still right about what is missing, and vouches for nothing.
    """

    mark: Mark
    earlier: tuple[str, ...] = ()
    is_vouched: bool = True
    since: datetime = _NEVER
    is_own: bool = True


def recall() -> Memory | None:
    """What is remembered here; None where nothing is, or the file is damaged."""
    try:
        with (settings.VAR_DIR / _FILE).open("rb") as file:
            return _read(file.read(), os.fstat(file.fileno()))
    except (OSError, LookupError, ValueError, TypeError):
        return None


def _read(text: bytes, found: os.stat_result) -> Memory:
    values = json.loads(text)
    mark = values["mark"]
    return Memory(
        mark=Mark(str(mark["history"]), int(mark["epoch"]), str(mark["nonce"]), datetime.fromisoformat(mark["at"])),
        earlier=tuple(map(str, values["earlier"])),
        is_vouched=values["is_vouched"] is True,
        since=datetime.fromisoformat(values["since"]),
        # A copy has another inode or another time, whatever tool made it, but for one that writes over the file in its place.
        is_own=values["file"] == [found.st_ino, int(found.st_mtime)],
    )


def note(mark: Mark) -> None:
    """Remember a step that is newer than what is remembered of the same database."""

    def newer(known: Memory | None) -> Memory | None:
        is_newer = known is not None and known.mark.history == mark.history and known.mark.epoch < mark.epoch
        return replace(known, mark=mark) if known is not None and is_newer else None

    _change(newer)


def adopt(memory: Memory, *, instead_of: Memory | None) -> None:
    """Remember `memory` from now on, if `instead_of` is what is remembered still."""
    _change(lambda known: memory if known == instead_of else None)


def _change(coming: Callable[[Memory | None], Memory | None]) -> None:
    """Put what comes in the place of what is remembered, while no other process does.

    A disk that is full, or a folder that belongs to another, must stop neither mail nor an opt-out: what is remembered then
    stays behind, and doctor says that VAR_DIR can't be written to.
    """
    folder: Path = settings.VAR_DIR
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            give_to_owner_of(folder, lock)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if memory := coming(recall()):
                _write(folder, memory)
        finally:
            os.close(lock)
    except OSError as error:
        logger.warning("What this host remembers of the database can't be written to %s (%s)", folder, error.strerror or error)


def _write(folder: Path, memory: Memory) -> None:
    values = asdict(memory)
    del values["is_own"]
    coming = folder / f"{_FILE}.{os.getpid()}"
    file = os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        give_to_owner_of(folder, file)
        found = os.fstat(file)
        values["file"] = [found.st_ino, int(found.st_mtime)]
        text = json.dumps(values, default=lambda moment: moment.isoformat()).encode("ascii")
        if os.write(file, text) != len(text):
            raise OSError("the disk is full")
        os.utime(file, (int(found.st_mtime), int(found.st_mtime)))
        coming.replace(folder / _FILE)
    except OSError:
        coming.unlink(missing_ok=True)
        raise
    finally:
        os.close(file)


def give_to_owner_of(folder: Path, file: int) -> None:
    """Give an open file to whom the folder belongs: what root has made by a command, the service must be able to write to."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(file, owner.st_uid, owner.st_gid)
