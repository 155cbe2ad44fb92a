"""A host of a history: the processes of the Procfile, each in a group of its own.

They are started again when they die.
"""

import ctypes
import os
import random
import resource
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic

from honcho.environ import parse_procfile

from config.env import BASE_DIR
from scripts.forked import MEANS_NOTHING, PR_SET_PDEATHSIG
from tests.drills import wall_clock
from tests.drills.network import entering

QUIET = ",".join(f"ignore:{start}" for start in MEANS_NOTHING)
"""As PYTHONWARNINGS has it."""
_PROCFILE: Mapping[str, str] = parse_procfile(
    (BASE_DIR / "Procfile").read_text(encoding="utf-8")
).processes
WEB, CLOCK = "web", "clock"
CLOCK_FILE = "clock"
"""The file in a host's folder that moves its wall clock (tests.drills.wall_clock)."""
COMMANDS: Mapping[str, str] = {name: command for name, command in _PROCFILE.items() if name != WEB}
"""The processes that send. The web process runs only where a history needs it."""
SENDERS = tuple(name for name, command in COMMANDS.items() if "bulk" in command)
"""The processes whose children send campaigns."""


@dataclass(slots=True)
class _Kept:
    """A process that a host keeps running.

    Args:
        again_at: the moment at which it is started; None where it runs.
        is_held: whether it stays down until it is released.
    """

    command: str
    process: subprocess.Popen[bytes] | None = None
    again_at: float | None = 0.0
    is_held: bool = False


class Host:
    """One machine: a VAR_DIR and processes."""

    def __init__(
        self,
        name: str,
        folder: Path,
        environment: Mapping[str, str],
        *,
        names: tuple[str, ...],
        dice: random.Random,
        namespace: str = "",
        code: Path = BASE_DIR,
    ) -> None:
        """
        Args:
            folder: with its VAR_DIR and its logs.
            names: the processes of the Procfile that run here.
            namespace: its network namespace; empty for the one of the drill.
            code: the checkout whose processes start here.
        """
        self.name, self.folder, self.code = name, folder, code
        self.environment = {
            **environment,
            "VAR_DIR": str(folder / "var"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": QUIET,
        }
        self._dice, self._namespace, self.is_lost = dice, namespace, False
        self._kept = {one: _Kept(COMMANDS[one]) for one in names}

    @property
    def names(self) -> list[str]:
        return list(self._kept)

    @property
    def journals_of_messages(self) -> int:
        """The claims of single messages that are under way here."""
        return len(list((self.folder / "var" / "outbox").glob("*.journal")))

    @property
    def suspended(self) -> Path:
        """The file with the seconds for which this machine stood still (tests.drills.clocks)."""
        return self.folder / "suspended"

    def add_web(self, port: int) -> None:
        """Run the web process on this host."""
        self._kept[WEB] = _Kept(_PROCFILE[WEB].replace("$PORT", str(port)))

    def add(self, name: str) -> None:
        """Run on this host what another one alone had run."""
        if name == CLOCK:
            self.add_clock()
        else:
            self._kept[name] = _Kept(COMMANDS[name])

    def add_clock(self) -> None:
        """Run one more clock on this host."""
        schedule = self.folder / "var" / f"clock-{len(self._kept)}"
        self._kept[f"{CLOCK}-{len(self._kept)}"] = _Kept(f"{COMMANDS[CLOCK]} --schedule {schedule}")

    # --- Keeping them alive ----------------------------------------------------------

    def look_after(self) -> None:
        """Start again what has ended, after half a second to two, as a supervisor does."""
        if self.is_lost:
            return
        for name, kept in self._kept.items():
            if kept.process is not None and kept.process.poll() is not None:
                # Children that outlived their parent go, too: scripts.supervise does the same.
                _signal_group(kept.process, signal.SIGKILL)
                kept.process, kept.again_at = None, monotonic() + self._dice.uniform(0.5, 2)
            if (
                kept.process is None
                and not kept.is_held
                and kept.again_at is not None
                and monotonic() >= kept.again_at
            ):
                kept.process, kept.again_at = self._start(name, kept.command), None

    def _start(self, name: str, command: str) -> subprocess.Popen[bytes]:
        arguments = [sys.executable if word == "python" else word for word in shlex.split(command)]
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                arguments,
                cwd=self.code,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=self._begin,
            )

    def _begin(self) -> None:
        die_with_parent()
        if self._namespace:
            entering(self._namespace)()

    # --- What happens to them ---------------------------------------------------------

    def pid(self, name: str) -> int | None:
        process = self._kept[name].process
        return process.pid if process is not None and process.poll() is None else None

    def children(self, name: str) -> list[int]:
        """Return the children of a pool, or none where it doesn't run."""
        pid = self.pid(name)
        return [] if pid is None else children_of(pid)

    def kill(self, name: str) -> None:
        """Send SIGKILL to a process and all its children."""
        if (process := self._kept[name].process) is not None:
            _signal_group(process, signal.SIGKILL)

    def ask_to_end(self, name: str) -> None:
        """Send SIGTERM to a process alone, as a supervisor does."""
        if (process := self._kept[name].process) is not None:
            process.send_signal(signal.SIGTERM)

    def hold(self, name: str) -> None:
        """Keep a process down once it has ended."""
        self._kept[name].is_held = True

    def release(self, name: str) -> None:
        """Let a process that was held be started again."""
        self._kept[name].is_held = False

    def move_clock(self, *, hours: int) -> None:
        """Move the wall clock of this host, where that is possible (libfaketime)."""
        if (clock := self.folder / CLOCK_FILE).exists():
            wall_clock.move(clock, ahead=timedelta(hours=hours))

    def limit_files(self, size: int) -> None:
        """Let no file grow beyond `size` bytes, as on a full disk; -1 lifts the limit."""
        limit = resource.RLIM_INFINITY if size < 0 else size
        for name in self._kept:
            if (pid := self.pid(name)) is not None:
                _limit_files(pid, limit)
            # Listed afterwards, because a child that is forked in between has its parent's limit.
            for pid in self.children(name):
                _limit_files(pid, limit)

    def lose(self) -> None:
        """Kill all processes for good, and delete all that the machine had on its disk."""
        self.is_lost = True
        self.end()
        shutil.rmtree(self.folder / "var")

    def end(self) -> None:
        """Kill all processes for good."""
        for kept in self._kept.values():
            if kept.process is not None:
                _signal_group(kept.process, signal.SIGKILL)
                kept.process.wait()

    # --- What they leave ---------------------------------------------------------------

    def journals(self) -> set[str]:
        """Return the tokens of the claims that this host has journals of."""
        return {path.stem for path in (self.folder / "var" / "claims").glob("*.journal")}

    def tail(self, lines: int = 25) -> str:
        texts = []
        for path in sorted(self.folder.glob("*.log")):
            text = path.read_text(encoding="utf-8", errors="replace").splitlines()
            texts.append("\n".join([f"--- {self.name} {path.stem}", *text[-lines:]]))
        return "\n".join(texts)


def die_with_parent() -> None:
    """Have this process die with the one that started it; for preexec_fn.

    So nothing stays behind if the drill itself is killed.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, path.read_text().split())
    return found


def _limit_files(pid: int, limit: int) -> None:
    with suppress(ProcessLookupError):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
