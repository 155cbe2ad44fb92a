"""CPU seconds and memory of processes, from /proc (proc(5))."""

import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
LOOKS = 5.0
"""Seconds between two looks at the memory. A look takes a seventh of a second here, in which the
processes can't change their memory map: one look a second cost 3 % of what was measured.
"""
_UTIME, _CSTIME = 11, 15
"""Places of the first and behind the last of utime, stime, cutime and cstime, counted from the
state."""


def family(pid: int) -> list[int]:
    """Return the process and all that descend from it, as far as they live."""
    pids = [pid]
    for one in pids:  # grows while it is walked
        for path in Path(f"/proc/{one}/task").glob("*/children"):
            pids += map(int, _read(path).split())
    return pids


def parent(pid: int) -> int:
    """Return the process that started this one."""
    return int(_after_name(pid)[1])


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return user and system time of these processes.

    That of children is included once they have been waited for.
    """
    return sum(_cpu_ticks(pid) for pid in pids) / TICKS


def machine_cpu_seconds() -> float:
    """Return the CPU seconds of all processes since the machine was started."""
    user, nice, system, _, _, irq, softirq, *_ = map(
        int, _read(Path("/proc/stat")).split("\n", 1)[0].split()[1:]
    )
    return (user + nice + system + irq + softirq) / TICKS


def bytes_read(pid: int) -> int:
    """Return how many bytes the process has read from sockets and files."""
    return int(_read(Path(f"/proc/{pid}/io")).split("\n", 1)[0].split()[1])


def memory_mb(pids: Iterable[int]) -> tuple[float, float]:
    """Return the memory of these processes in MB, as PSS and RSS.

    PSS counts each shared page once, RSS counts it for each process.
    """
    pss = rss = 0
    for pid in pids:
        values = dict(
            line.split(":") for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()[1:]
        )
        pss += int(values.get("Pss", "0 kB").split()[0])
        rss += int(values.get("Rss", "0 kB").split()[0])
    return pss / 1024, rss / 1024


@dataclass(slots=True)
class Usage:
    """The cost of a block of code, filled in when the block ends.

    Args:
        cpu: seconds of the watched processes.
        pss, rss: MB at the worst look at each, by the process's name; its children are part of it.
        others: CPU seconds of the machine, by who used them.
    """

    cpu: float = 0.0
    pss: dict[str, float] = field(default_factory=dict)
    rss: dict[str, float] = field(default_factory=dict)
    others: dict[str, float] = field(default_factory=dict)


@contextmanager
def watched(processes: Mapping[str, int], *, others: Mapping[str, int]) -> Iterator[Usage]:
    """Watch processes and their families while the block runs.

    Args:
        processes: those to watch, by name.
        others: processes by name, whose families' time is told apart from that of unknown others.
    """
    usage, ended = Usage(), threading.Event()

    def look() -> None:
        is_last = False
        while not is_last:
            is_last = ended.wait(LOOKS)
            for name, pid in processes.items():
                pss, rss = memory_mb(family(pid))
                usage.pss[name] = max(usage.pss.get(name, 0.0), pss)
                usage.rss[name] = max(usage.rss.get(name, 0.0), rss)

    def spent() -> dict[str, float]:
        return {
            "ours": sum(cpu_seconds(family(pid)) for pid in processes.values()),
            "benchmark": cpu_seconds([os.getpid()]),
            **{name: cpu_seconds(family(pid)) for name, pid in others.items()},
            "machine": machine_cpu_seconds(),
        }

    before = spent()
    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield usage
    finally:
        after = spent()
        ended.set()
        thread.join()
        used = {name: after[name] - before[name] for name in before}
        usage.cpu = used.pop("ours")
        machine = used.pop("machine")
        used["anything else"] = machine - usage.cpu - sum(used.values())
        usage.others = {name: round(seconds, 2) for name, seconds in used.items()}


def _cpu_ticks(pid: int) -> int:
    return sum(map(int, _after_name(pid)[_UTIME:_CSTIME]))


def _after_name(pid: int) -> list[str]:
    """Return the fields of stat from the state on.

    The name before them stands in parentheses, and may hold anything.
    """
    return _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()


def _read(path: Path) -> str:
    """Return the file's text; empty where its process has ended."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
