"""A monotonic clock that stands still while its machine is suspended, as Linux has it.

A drill can't suspend a machine. It stops the processes of a host, and takes the time for which
they stood still away from their monotonic clock. CLOCK_BOOTTIME goes on, as it does on a machine
that was suspended.
"""

import mmap
import os
import struct
import time
from pathlib import Path

VARIABLE = "DRILL_SUSPENDED"
"""The variable that names the file with the seconds for which this host was suspended."""
_SECONDS = struct.Struct("d")


def make(path: Path) -> None:
    """Create the file of a host that has never been suspended."""
    path.write_bytes(_SECONDS.pack(0.0))


def take_away(path: Path, seconds: float) -> None:
    """Take `seconds` more away, at once for all processes of the host."""
    with path.open("r+b") as file, mmap.mmap(file.fileno(), _SECONDS.size) as memory:
        _SECONDS.pack_into(memory, 0, _SECONDS.unpack_from(memory)[0] + seconds)


def install() -> None:
    """Have this process's monotonic clock go by the file that the environment names, if any."""
    if not (path := os.environ.get(VARIABLE)):
        return
    with Path(path).open("rb") as file:
        memory = mmap.mmap(file.fileno(), _SECONDS.size, access=mmap.ACCESS_READ)
    real, real_of = time.monotonic, time.clock_gettime

    def monotonic() -> float:
        return real() - float(_SECONDS.unpack_from(memory)[0])

    def clock_gettime(clock: int) -> float:
        return monotonic() if clock == time.CLOCK_MONOTONIC else real_of(clock)

    time.monotonic, time.clock_gettime = monotonic, clock_gettime
