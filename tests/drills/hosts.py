"""A host of a history: the processes of the Procfile, each in a group of its own, started again when they die."""

import ctypes
import os
import random
import resource
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from honcho.environ import parse_procfile

from config.env import BASE_DIR
from scripts.run import QUIET
from scripts.supervise import PR_SET_PDEATHSIG

_PROCFILE: Mapping[str, str] = parse_procfile(
    (BASE_DIR / "Procfile").read_text(encoding="utf-8")
).processes
WEB, CLOCK = "web", "clock"
COMMANDS: Mapping[str, str] = {name: command for name, command in _PROCFILE.items() if name != WEB}
"""Those that send. The pages run where a history needs them."""
SENDERS = tuple(name for name, command in COMMANDS.items() if "bulk" in command)
"""The processes whose children hand campaigns over."""


@dataclass(slots=True)
class _Kept:
    """A process that a host keeps.

    Args:
        again_at: when it is started; None where it runs.
        is_held: it stays down until it is let go.
    """

    command: str
    process: subprocess.Popen[bytes] | None = None
    again_at: float | None = 0.0
    is_held: bool = False


class Host:
    """One machine, as far as Convene is concerned: a VAR_DIR and processes."""

    def __init__(
        self,
        name: str,
        folder: Path,
        environment: Mapping[str, str],
        *,
        names: tuple[str, ...],
        dice: random.Random,
    ) -> None:
        """
        Args:
            folder: with its VAR_DIR and its logs.
            names: the processes of the Procfile that run here.
        """
        self.name, self.folder = name, folder
        self.environment = {
            **environment,
            "VAR_DIR": str(folder / "var"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": QUIET,
        }
        self._dice = dice
        self._kept = {one: _Kept(COMMANDS[one]) for one in names}

    @property
    def names(self) -> list[str]:
        return list(self._kept)

    @property
    def suspended(self) -> Path:
        """The file that tells its processes for how long this machine stood still (tests.drills.clocks)."""
        return self.folder / "suspended"

    def add_web(self, port: int) -> None:
        """Serve the pages here."""
        self._kept[WEB] = _Kept(_PROCFILE[WEB].replace("$PORT", str(port)))

    def add_clock(self) -> None:
        """One more clock."""
        schedule = self.folder / "var" / f"clock-{len(self._kept)}"
        self._kept[f"{CLOCK}-{len(self._kept)}"] = _Kept(f"{COMMANDS[CLOCK]} --schedule {schedule}")

    # --- Keeping them alive ----------------------------------------------------------

    def look_after(self) -> None:
        """Start what is to be started. A supervisor would take half a second to two, too."""
        for name, kept in self._kept.items():
            if kept.process is not None and kept.process.poll() is not None:
                # What outlived its parent goes, too: scripts.supervise does the same.
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
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    # --- What happens to them ---------------------------------------------------------

    def pid(self, name: str) -> int | None:
        process = self._kept[name].process
        return process.pid if process is not None and process.poll() is None else None

    def children(self, name: str) -> list[int]:
        """The children of a pool."""
        pid = self.pid(name)
        return [] if pid is None else children_of(pid)

    def kill(self, name: str) -> None:
        """SIGKILL to a process and all its children."""
        if (process := self._kept[name].process) is not None:
            _signal_group(process, signal.SIGKILL)

    def ask_to_end(self, name: str) -> None:
        """SIGTERM to a process alone, as a supervisor does."""
        if (process := self._kept[name].process) is not None:
            process.send_signal(signal.SIGTERM)

    def hold(self, name: str) -> None:
        """Keep a process down once it has ended."""
        self._kept[name].is_held = True

    def let_go(self, name: str) -> None:
        self._kept[name].is_held = False

    def limit_files(self, size: int) -> None:
        """No file may grow beyond `size` bytes from now on, as on a full disk; -1 lifts it."""
        limit = resource.RLIM_INFINITY if size < 0 else size
        for name in self._kept:
            for pid in [self.pid(name), *self.children(name)]:
                if pid is not None:
                    with suppress(ProcessLookupError):
                        resource.prlimit(
                            pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY)
                        )

    def end(self) -> None:
        """Everything, at once and for good."""
        for kept in self._kept.values():
            if kept.process is not None:
                _signal_group(kept.process, signal.SIGKILL)
                kept.process.wait()

    # --- What they leave ---------------------------------------------------------------

    def journals(self) -> set[str]:
        """The tokens of the claims that this host has journals of."""
        return {path.stem for path in (self.folder / "var" / "claims").glob("*.journal")}

    def tail(self, lines: int = 25) -> str:
        texts = []
        for path in sorted(self.folder.glob("*.log")):
            text = path.read_text(encoding="utf-8", errors="replace").splitlines()
            texts.append("\n".join([f"--- {self.name} {path.stem}", *text[-lines:]]))
        return "\n".join(texts)


def die_with_parent() -> None:
    """For preexec_fn: even if the drill itself is killed, nothing of it stays behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def children_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, path.read_text().split())
    return found


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
