"""The journal of opt-outs, from which a restored database can be told who has left since.

It is a file of this host that lines are only ever added to. A line is written before its opt-out
commits, so that a process which is killed in between loses none, and synced to the disk after it,
when no lock is held any more: people who leave at the same moment wait for the disk side by side.
The line of an opt-out that didn't commit stays, because the person wanted it. The journal holds no
addresses, and is kept for good, as suppressions are: 150 bytes an opt-out.
"""

import logging
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import batched
from pathlib import Path

from django.conf import settings
from django.db import transaction

from newsletter.core.private_files import (
    give_folder_to_owner_of,
    give_to_owner_of,
    make_private_folder,
    open_private,
)
from newsletter.epoch.advance import advance
from subscribers.opt_outs.earlier_addresses import earlier_digests
from subscribers.opt_outs.entry import Entry, EntryKind, UnreadableEntry, format_entry, read_entry
from subscribers.states import OF_THE_MAILBOX

logger = logging.getLogger(__name__)

_AT_ONCE = 500
"""Lines of one write, few enough for the system to take them whole."""


def folder() -> Path:
    """Return the folder with this host's journals, one a month."""
    found: Path = settings.VAR_DIR / "opt-outs"
    return found


def note(entries: Iterable[Entry], *, now: datetime, once_committed: bool = False) -> None:
    """Write opt-outs to the journal in the caller's transaction, and advance the epoch by them.

    A full disk stops the journal and never the opt-out; the log and doctor say so.

    Args:
        entries: the opt-outs.
        now: the present.
        once_committed: where the transaction may be rolled back on purpose, such as that of an
            import that is only tried. A process that is killed just after such a commit loses these
            lines.
    """
    entries = _by_each_address(list(entries))
    if not entries:
        return
    advance(now=now)
    path = folder() / f"{now:%Y-%m}.log"
    if not once_committed:
        _append(path, entries)
    transaction.on_commit(partial(_keep, path, entries if once_committed else []), robust=True)


def _by_each_address(entries: Sequence[Entry]) -> list[Entry]:
    """Repeat each entry for the person's earlier addresses, by which a backup may know them.

    A dead mailbox is the present one's alone.
    """
    of_people = [entry for entry in entries if entry.which not in OF_THE_MAILBOX]
    earlier = earlier_digests({entry.digest for entry in of_people})
    return [
        *entries,
        *(
            replace(entry, digest=one)
            for entry in of_people
            for one in sorted(earlier.get(entry.digest, ()))
        ),
    ]


def _keep(path: Path, entries: list[Entry]) -> None:
    if not entries or _append(path, entries):
        _sync(path)


_lock = threading.Lock()
_gap: Entry | None = None
"""The entries that this process could not write."""


def _append(path: Path, entries: list[Entry]) -> bool:
    """Add lines to the file.

    Each begins a line of its own, whatever a crash has left at the end of the file.
    """
    global _gap  # of this process
    with _lock:
        gap = _gap
        try:
            file = _opened(path)
            try:
                for some in batched([*([gap] if gap else []), *entries], _AT_ONCE):
                    text = "".join(f"\n{format_entry(entry)}\n" for entry in some).encode("ascii")
                    if os.write(file, text) != len(text):
                        raise OSError("the disk is full")
            finally:
                os.close(file)
        except OSError as error:
            missing = len(entries) + (int(gap.which) if gap else 0)
            _gap = Entry(
                EntryKind.GAP,
                gap.at if gap else min(entry.at for entry in entries),
                "-",
                str(missing),
            )
            logger.error(
                "The journal of opt-outs can't be written to %s (%s): %d are missing",
                path,
                error.strerror or error,
                missing,
            )
            return False
        _gap = None
        return True


def _opened(path: Path) -> int:
    if not path.exists():
        make_private_folder(path.parent)
        give_folder_to_owner_of(path.parent.parent, path.parent)
    file = open_private(path, os.O_WRONLY | os.O_APPEND)
    give_to_owner_of(path.parent, file)
    return file


def _sync(path: Path) -> None:
    """Wait until the file is on the disk.

    Processes that wait at the same time share the file system's work.
    """
    try:
        for each in (path, path.parent):
            file = os.open(each, os.O_RDONLY)
            try:
                os.fsync(file)
            finally:
                os.close(file)
    except OSError as error:
        logger.error(
            "The journal of opt-outs could not be synced to the disk (%s)", error.strerror or error
        )


def entries_of(path: Path) -> Iterator[Entry | None]:
    """Yield the lines of a journal, and None for each that can't be read.

    Empty ones are skipped.
    """
    with path.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            if not line.strip("\0\n "):
                continue
            try:
                yield read_entry(line)
            except UnreadableEntry:
                yield None


def journals() -> list[Path]:
    """Return this host's journals, oldest first."""
    return sorted(folder().glob("*.log"))


def trouble(*, since: datetime) -> list[tuple[str, str]]:
    """Return faults of this host's journal, for doctor.

    Args:
        since: gaps that began before then are history.

    Returns:
        For each fault a word or moment that tells it from others, and a sentence.
    """
    latest = journals()[-2:]
    if not latest:
        return []
    try:
        gaps = [
            entry
            for path in latest
            for entry in entries_of(path)
            if entry and entry.what is EntryKind.GAP and entry.at >= since
        ]
        file = os.open(latest[-1], os.O_WRONLY | os.O_APPEND)
        try:
            os.write(file, b"\n")  # an empty line is none
        finally:
            os.close(file)
    except OSError as error:
        words = (
            f"The journal of opt-outs can't be written ({error.strerror or error}): {latest[-1]}. "
            f"People can still unsubscribe, but this would be lost if a backup is restored."
        )
        return [("writing", words)]
    return [
        (
            f"gap of {gap.at.isoformat()}",
            f"{gap.which} opt-outs since {gap.at:%-d %B %Y, %H:%M} UTC are missing from this "
            f"host's journal, which could not be written. Back up the database now: they are in "
            f"it.",
        )
        for gap in gaps
    ]
