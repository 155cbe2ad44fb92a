"""The folder in which the processes of this host count, for `/metrics` to add up.

Each process writes files of its own there: prometheus-client's multi-process mode. Nothing is made
before something is counted, and nothing is counted without METRICS_TOKEN.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path

from newsletter.core.boot import boot
from newsletter.core.private_files import make_private_folder

ROOM = 1 << 19
"""Bytes of a file. All that can be counted takes less: labels have few values."""
KINDS = ("counter", "histogram")
"""The files of a process. There are no gauges: those are read from rows."""
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def metrics_folder(var_dir: Path) -> Path:
    """Return the folder: another one after each start of the machine, whose crash may damage files.

    Counters then begin anew, which Prometheus is used to.
    """
    return var_dir / "metrics" / (boot() or "counts")


def count_in(folder: Path, environ: MutableMapping[str, str]) -> None:
    """Say where this process and its children count, before prometheus-client is first imported.

    Args:
        environ: of this process.
    """
    environ[_VARIABLE] = str(folder)


def make_room(folder: Path) -> None:
    """Make this process's files.

    Raises:
        OSError: the disk is full, or can't be written to. Nothing may be counted.
    """
    make_private_folder(folder, parents=True)
    for kind in KINDS:
        make_file(folder / f"{kind}_{os.getpid()}.db")


def make_file(path: Path) -> None:
    """Make a file with all of its bytes on the disk.

    It is mapped into memory. Where a page of it had no place on a disk that has become full,
    writing to it would end the process.

    Raises:
        OSError: the disk is full, or can't be written to.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    is_new = not os.fstat(file).st_size
    try:
        os.posix_fallocate(file, 0, ROOM)
    except OSError:
        if is_new:
            with suppress(OSError):
                path.unlink()
        raise
    finally:
        os.close(file)


def forget_earlier(folder: Path) -> None:
    """Delete the folders of earlier runs of the machine."""
    for path in folder.parent.glob("*"):
        if path != folder:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def locked(folder: Path, *, to_change: bool = False) -> Iterator[None]:
    """Keep the files as they are together, while they are read; or have them to oneself."""
    make_private_folder(folder, parents=True)
    file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX if to_change else fcntl.LOCK_SH)
        yield
    finally:
        os.close(file)
