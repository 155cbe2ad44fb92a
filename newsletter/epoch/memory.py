"""What this host remembers of the database: one small file in VAR_DIR, which all of the host's processes share.

It is written in its place, in one step and under a lock, and only ever moves on: a tenth of what
putting another file in its place takes. It isn't synced to the disk: a power cut may take the last
seconds of it, and what is restored afterwards is older than seconds; the page cache outlives every
process.
"""

import fcntl
import json
import logging
import os
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

_NEVER = datetime.min.replace(tzinfo=UTC)
_FILE = "epoch.json"
_LONGEST = 64_000


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
        is_vouched: whether this host may send. False: it met a database that had been in use
            elsewhere, and nobody has said yet that it is the newest there is.
        since: when this host met the database.
        is_own: whether the file was written here. A copy from a backup is still right about what is
            missing, and vouches for nothing.
    """

    mark: Mark
    earlier: tuple[str, ...] = ()
    is_vouched: bool = True
    since: datetime = _NEVER
    is_own: bool = True


def recall() -> Memory | None:
    """What is remembered here; None where nothing is, or the file is damaged."""
    try:
        file = os.open(settings.VAR_DIR / _FILE, os.O_RDONLY)
    except OSError:
        return None
    try:
        known = _recalled(file)
        if known is None or not known.is_own:
            # It may just be written: then its record is torn, or has not got its time yet.
            fcntl.flock(file, fcntl.LOCK_SH)
            known = _recalled(file)
        return known
    except OSError:
        return None
    finally:
        os.close(file)


def _recalled(file: int) -> Memory | None:
    try:
        return _read(os.pread(file, _LONGEST, 0), os.fstat(file))
    except (LookupError, ValueError, TypeError):
        return None


def _read(record: bytes, found: os.stat_result) -> Memory:
    checksum, text = record[:8], record[9:].rstrip(b" \n")
    if checksum != _checksum(text):
        raise ValueError
    values = json.loads(text)
    mark = values["mark"]
    return Memory(
        mark=Mark(
            str(mark["history"]),
            int(mark["epoch"]),
            str(mark["nonce"]),
            datetime.fromisoformat(mark["at"]),
        ),
        earlier=tuple(map(str, values["earlier"])),
        is_vouched=values["is_vouched"] is True,
        since=datetime.fromisoformat(values["since"]),
        # A copy has another inode or another time, but for one that was written over the file in
        # its place, times and all.
        is_own=values["file"] == [found.st_ino, int(found.st_mtime)],
    )


def _checksum(text: bytes) -> bytes:
    return b"%08x" % zlib.crc32(text)


def remember(mark: Mark) -> None:
    """Remember a step that is newer than what is remembered of the same database."""

    def newer(known: Memory | None) -> Memory | None:
        is_newer = (
            known is not None
            and known.mark.history == mark.history
            and known.mark.epoch < mark.epoch
        )
        return replace(known, mark=mark) if known is not None and is_newer else None

    _change(newer)


def adopt(memory: Memory, *, instead_of: Memory | None) -> bool:
    """Remember `memory` from now on, if `instead_of` is what is remembered still; whether it is remembered now."""
    return _change(lambda known: memory if known == instead_of else None)


def _change(coming: Callable[[Memory | None], Memory | None]) -> bool:
    """Put what comes in the place of what is remembered, while no other process does; whether that was done.

    A disk that is full, or a folder that belongs to another, must stop neither mail nor an opt-out:
    what is remembered then stays behind, and doctor says that VAR_DIR can't be written to.
    """
    folder: Path = settings.VAR_DIR
    try:
        file = os.open(folder / _FILE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            memory = coming(_recalled(file))
            if memory is None:
                return False
            give_to_owner_of(folder, file)
            _write(file, memory)
            return True
        finally:
            os.close(file)
    except OSError as error:
        logger.warning(
            "What this host remembers of the database can't be written to %s (%s)",
            folder,
            error.strerror or error,
        )
        return False


def _write(file: int, memory: Memory) -> None:
    """Write the record in one step.

    Whoever reads half of it reads again; a power cut that leaves half of it leaves none.
    """
    now, found = int(time.time()), os.fstat(file)
    mark = memory.mark
    values = {
        "mark": {
            "history": mark.history,
            "epoch": mark.epoch,
            "nonce": mark.nonce,
            "at": mark.at.isoformat(),
        },
        "earlier": memory.earlier,
        "is_vouched": memory.is_vouched,
        "since": memory.since.isoformat(),
        "file": [found.st_ino, now],
    }
    text = json.dumps(values).encode("ascii")
    # As long as before at least: what a shorter one would leave of it is blanks.
    record = (_checksum(text) + b" " + text).ljust(found.st_size, b" ")
    if os.pwrite(file, record, 0) != len(record):
        raise OSError("the disk is full")
    os.utime(file, (now, now))


def give_to_owner_of(folder: Path, file: int) -> None:
    """Give an open file to whom the folder belongs: what root has made by a command, the service must be able to write to."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(file, owner.st_uid, owner.st_gid)
