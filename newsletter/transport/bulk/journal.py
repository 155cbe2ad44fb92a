"""The journal of a claim: a file that says what was begun and what became of it.

A process that is killed can say nothing any more, but what it wrote to a file is there. So each
message is noted before its first byte leaves and when its answer has come. Afterwards only what was
begun and not ended is in doubt. The page cache outlives a process, not a machine: after a restart
of the machine a journal proves nothing (`boot`).
"""

import fcntl
import json
import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

from django.db import DataError, IntegrityError

from newsletter.core.boot import boot
from newsletter.core.standstill import elapsed
from newsletter.transport.results.result import Outcome, Result

logger = logging.getLogger(__name__)

ENDING = ".journal"


class JournalBroken(OSError):
    """The disk takes no more. Nothing may begin that could not be noted."""


class Journal:
    """The journal of one claim, written by the process that holds it.

    The process locks the file. The kernel frees the lock when the process dies.
    """

    def __init__(self, folder: Path, name: str, facts: dict[str, object]) -> None:
        """Open a new journal.

        Args:
            folder: one per host; it is made if it isn't there.
            name: the claim's token.
            facts: what must be known to settle the claim in the writer's stead; anything that
                JSON holds. `mailer` is the name that results keep.

        Raises:
            JournalBroken: the disk is full, or the folder can't be written to.
        """
        self.path = folder / f"{name}{ENDING}"
        self._broken = False
        try:
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            self._file = os.open(
                self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o640
            )
        except OSError as error:
            raise JournalBroken(error.errno, "The journal of a claim can't be written") from error
        try:
            # Waits for a moment where somebody who looks for orphans has just found it, empty, and
            # lets it go again.
            fcntl.flock(self._file, fcntl.LOCK_EX)
            self._write(json.dumps({"boot": boot(), **facts}) + "\n")
        except BaseException:
            # Nothing is claimed yet. On a full disk each attempt would leave an empty file.
            with suppress(OSError):
                self.delete()
            self.close()
            raise

    def note(self, *, ended: Iterable[tuple[int, Result]] = (), begun: Sequence[int] = ()) -> None:
        """Note what has ended, then what is about to begin, in one write.

        Raises:
            JournalBroken: nothing of `begun` may begin.
        """
        lines = [
            f"a {key}\n" if _is_plain(result) else f"e {key} {json.dumps(asdict(result))}\n"
            for key, result in ended
        ]
        if begun:
            lines.append(f"b {' '.join(map(str, begun))}\n")
        self._write("".join(lines))

    def delete(self) -> None:
        """Delete the journal of a claim that is settled: the ledger knows all that it says."""
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file, and so free its lock.

        One that wasn't deleted is an orphan from here on.
        """
        os.close(self._file)

    def _write(self, text: str) -> None:
        if self._broken:
            raise JournalBroken("The journal of a claim could not be written")
        line = text.encode("ascii")
        try:
            written = os.write(self._file, line)
        except OSError as error:
            self._broken = True
            raise JournalBroken(error.errno, "The journal of a claim can't be written") from error
        if written < len(line):
            # A torn line; what would come after it could not be read.
            self._broken = True
            raise JournalBroken("The journal of a claim can't be written: the disk is full")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _is_plain(result: Result) -> bool:
    """Return whether the mailer's name, which the facts hold, is all that is kept of a result.

    Most results are so.
    """
    return (
        result.outcome is Outcome.ACCEPTED and not result.provider_message_id and not result.reason
    )


@dataclass(frozen=True, slots=True)
class JournalContent:
    """The content of a journal.

    Args:
        facts: as its writer gave them.
        results: of what ended, by key.
        in_doubt: keys of what was begun and did not end.
        is_complete: False where something may have happened that isn't noted, because the machine
            was restarted since, or the file is damaged.
    """

    facts: dict[str, Any]
    results: dict[int, Result] = field(default_factory=dict)
    in_doubt: set[int] = field(default_factory=set)
    is_complete: bool = True


class Orphan:
    """The journal of a process that is gone, locked so that only one of two finders settles it.

    `keep` leaves it for the next who looks. `age` is in seconds, since it was last written; where
    the clock was moved back since, from when this process first found it.
    """

    def __init__(self, path: Path, file: int, content: JournalContent) -> None:
        self.path, self._file, self.content = path, file, content
        self.keep = False
        age = time.time() - os.fstat(file).st_mtime
        self.age = age if age >= 0 else elapsed() - _first_found(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None and not self.keep:
                self.path.unlink(missing_ok=True)
        except OSError as error:
            _log_trouble(self.path, f"can't be deleted ({error.strerror})")
        finally:
            os.close(self._file)


def orphans(folder: Path) -> Iterable[Orphan]:
    """Find the journals in `folder` whose writers are gone.

    Each is a context manager. Leaving it without an error deletes it, unless it is to be kept.
    """
    for path in sorted(folder.glob(f"*{ENDING}")):
        if (orphan := _orphan(path)) is not None:
            yield orphan


def _orphan(path: Path) -> Orphan | None:
    try:
        file = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None  # its writer was done with it
    except OSError as error:
        # Of another user, such as a worker that root once started by hand.
        _log_trouble(path, f"can't be opened ({error.strerror}); {_LEFT_TO_ITS_LEASE}")
        return None
    orphan = None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.exists():
            orphan = Orphan(path, file, read(path))
    except BlockingIOError:
        pass  # its writer lives, or somebody else has found it
    except OSError as error:
        _log_trouble(path, f"can't be read ({error.strerror}); {_LEFT_TO_ITS_LEASE}")
    finally:
        if orphan is None:
            os.close(file)  # or its lock would keep this process's own next look from it
    return orphan


@cache
def _first_found(path: Path) -> float:
    """Return the time at which this process first found a journal, by `elapsed`."""
    return elapsed()


_LEFT_TO_ITS_LEASE = "what it is about is in doubt when its lease has run out"


@cache
def _log_trouble(path: Path, trouble: str) -> None:
    """Log it once in each process: each slice, each child and each run of the clock look again."""
    logger.error("The journal %s %s", path, trouble)


def read(path: Path) -> JournalContent:
    """Read a journal. A last line that was torn is no line: what it would have noted did not begin.

    A machine that loses its power may leave less of a file than was written, down to nothing, or
    zeros in its middle.
    """
    *lines, _ = path.read_bytes().decode("ascii", "replace").split("\n")
    content = JournalContent({})
    try:
        content.facts.update(json.loads(lines[0]))
        for line in lines[1:]:
            _read_line(line, content)
    except (LookupError, ValueError, TypeError):
        return replace(content, is_complete=False)
    return replace(
        content, is_complete=bool(content.facts.get("boot")) and content.facts.get("boot") == boot()
    )


def _read_line(line: str, content: JournalContent) -> None:
    """
    Raises:
        LookupError, ValueError, TypeError: it is none of ours.
    """
    kind, _, rest = line.partition(" ")
    if kind == "b":
        begun = set(map(int, rest.split()))
        content.in_doubt.update(begun)
        # What ended without being sent may begin again, as when a call for many is made in halves.
        for number in begun & content.results.keys():
            del content.results[number]
        return
    key, _, result = rest.partition(" ")
    content.results[int(key)] = (
        Result(Outcome.ACCEPTED, mailer=content.facts.get("mailer", ""))
        if kind == "a"
        else _result(result)
    )
    content.in_doubt.discard(int(key))


def _result(text: str) -> Result:
    values = json.loads(text)
    return Result(**{**values, "outcome": Outcome(values["outcome"])})


def settle_orphans(folder: Path, settle: Callable[[Orphan], int]) -> int:
    """Settle each journal whose writer is gone. One that can't be settled holds up no other.

    Args:
        folder: with the journals.
        settle: settles the rows of one journal, and returns how many.

    Returns:
        The number of rows that were settled.
    """
    settled = 0
    for orphan in orphans(folder):
        try:
            with orphan:
                settled += settle(orphan)
        except (ValueError, DataError, IntegrityError):
            # Nor does it hold up the mail that is still to leave from here.
            logger.exception("The journal %s can't be settled; %s", orphan.path, _LEFT_TO_ITS_LEASE)
    return settled
