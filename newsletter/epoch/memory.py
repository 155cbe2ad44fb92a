"""This host's memory of the database: one small file in VAR_DIR, shared by the host's processes.

It is written in place, in one step and under a lock, which takes a tenth of the time of putting
another file in its place. It only ever moves forward. It isn't synced to the disk: a power cut may
take the last seconds of it, and what is restored afterwards is older than seconds. The page cache
outlives every process.
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

from newsletter.core.private_files import give_to_owner_of, open_private

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
        nonce: tells it from a step with the same number in a restored database.
        at: when it was made.
    """

    history: str
    epoch: int
    nonce: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of one host.

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
    """Return this host's memory, or None where there is none or the file is damaged."""
    try:
        file = os.open(settings.VAR_DIR / _FILE, os.O_RDONLY)
    except OSError:
        return None
    try:
        known = _recalled(file)
        if known is None or not known.is_own:
            # It may be in the middle of being written. Then its record is torn, or its time isn't
            # set yet.
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
    """Remember a step that is newer than the one remembered of the same database.

    A copy of another host's memory stays one: written to, it would count as this host's own, and
    vouch for a database that was restored with it.
    """

    def newer(known: Memory | None) -> Memory | None:
        is_newer = (
            known is not None
            and known.is_own
            and known.mark.history == mark.history
            and known.mark.epoch < mark.epoch
        )
        return replace(known, mark=mark) if known is not None and is_newer else None

    _change(newer)


def adopt(memory: Memory, *, instead_of: Memory | None) -> bool:
    """Remember `memory` from now on, if `instead_of` is still what is remembered.

    Returns:
        Whether it is remembered now.
    """
    return _change(lambda known: memory if known == instead_of else None)


def _change(coming: Callable[[Memory | None], Memory | None]) -> bool:
    """Replace what is remembered, while no other process does, and return whether that was done.

    A full disk, or a folder that belongs to another user, must stop neither mail nor an opt-out:
    the memory then stays behind, and doctor says that VAR_DIR can't be written to.
    """
    folder: Path = settings.VAR_DIR
    try:
        file = open_private(folder / _FILE, os.O_RDWR)
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
    """Write the record in one step, or leave the file as it was.

    A process that reads half of it reads again. A power cut that leaves half of it leaves none. A
    full disk may take the beginning alone, which is taken back: without its memory this host may
    send nothing where Redis doesn't answer either.
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
    # At least as long as before: the rest of a longer one would be left. It is filled with blanks.
    record = (_checksum(text) + b" " + text).ljust(found.st_size, b" ")
    before = os.pread(file, found.st_size, 0)
    try:
        written = os.pwrite(file, record, 0)
        if written != len(record):
            os.pwrite(file, before[:written], 0)
            raise OSError("the disk is full")
    except OSError:
        os.ftruncate(file, len(before))
        # The failed attempt may have changed the time, which tells the file from a copy.
        os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))
        raise
    os.utime(file, (now, now))
