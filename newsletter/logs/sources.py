"""Reading the log from where it is kept: files, the journal of systemd, or what is piped in."""

import gzip
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

STDIN = "-"
LONGEST_LINE = 1_000_000
"""Characters. A longer line is read in parts."""
LOOK_AGAIN = 0.5
"""Seconds after which a followed file is looked at again."""
UNITS = ("convene@*", "convene-backup")
JOURNAL = (
    "journalctl",
    "--quiet",
    "--no-pager",
    "-o",
    "cat",
    *(f"--unit={unit}" for unit in UNITS),
)
_SYSTEMD = Path("/run/systemd/system")
"""It is there where systemd runs (sd_booted(3))."""


class NoLog(Exception):
    """There is no log to read, or it can't be read. The message says why."""


def read_log(
    names: Sequence[str], *, folder: Path, follow: bool, since: str | None
) -> Iterator[str]:
    """Yield the lines of the log.

    Args:
        names: of files, `-` for standard input; empty: the journal, or else the files of `folder`.
        folder: where an installation without systemd may keep its log.
        follow: whether to wait for further lines, for good. Of several files the last one is
            followed.
        since: a time in ISO 8601 before which the journal needn't be read.

    Raises:
        NoLog: nothing can be read.
    """
    if names:
        return _files(names, follow=follow)
    if _SYSTEMD.is_dir():
        return _journal(follow=follow, since=since)
    found = sorted(folder.glob("*.log*"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise NoLog(
            f"There is no log to read: systemd doesn't run here, and {folder} has no files. Name "
            f"one, or pipe one in: … | manage.py log -"
        )
    return _files([str(path) for path in found], follow=follow)


def _files(names: Sequence[str], *, follow: bool) -> Iterator[str]:
    for name in names:
        if name != STDIN and not Path(name).is_file():
            raise NoLog(f"There is no file {name}")
    return _lines_of_files(names, follow=follow)


def _lines_of_files(names: Sequence[str], *, follow: bool) -> Iterator[str]:
    try:
        for name in names[:-1] if follow else names:
            with _opened(name) as file:
                yield from _lines(file)
        if follow:
            yield from _followed(names[-1])
    except (OSError, EOFError) as error:
        raise NoLog(f"The log can't be read: {error}") from error


def _opened(name: str) -> IO[str]:
    if name == STDIN:
        return open(sys.stdin.fileno(), encoding="utf-8", errors="replace", closefd=False)
    if name.endswith(".gz"):
        return gzip.open(name, "rt", encoding="utf-8", errors="replace")
    return Path(name).open(encoding="utf-8", errors="replace")


def _lines(file: IO[str]) -> Iterator[str]:
    return iter(lambda: file.readline(LONGEST_LINE), "")


def _followed(name: str) -> Iterator[str]:
    """Yield what a file has and gets, and what the file has that takes its place."""
    while True:
        with _opened(name) as file:
            yield from _lines(file)
            while name != STDIN and not _is_replaced(name, file):
                time.sleep(LOOK_AGAIN)
                yield from _lines(file)
        if name == STDIN:
            return


def _is_replaced(name: str, file: IO[str]) -> bool:
    with suppress(FileNotFoundError):  # it is being rotated just now
        there, ours = Path(name).stat(), file.fileno()
        here = Path(f"/dev/fd/{ours}").stat()
        return there.st_ino != here.st_ino or there.st_size < file.tell()
    return False


def _journal(*, follow: bool, since: str | None) -> Iterator[str]:
    command: list[str] = [*JOURNAL]
    command += ["--follow", "--no-tail"] if follow else []
    command += ["--since", since] if since else []
    try:
        with subprocess.Popen(  # noqa: S603 - our own words, and a time that was read
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        ) as process:
            yield from _said(process)
    except OSError as error:
        raise NoLog(f"The journal can't be read: {error}") from error


def _said(process: subprocess.Popen[str]) -> Iterable[str]:
    if process.stdout is None or process.stderr is None:
        return
    try:
        yield from _lines(process.stdout)
        trouble = process.stderr.read().strip()
        if process.wait():
            raise NoLog(f"The journal can't be read: {trouble or 'journalctl failed'}")
    finally:
        process.terminate()
