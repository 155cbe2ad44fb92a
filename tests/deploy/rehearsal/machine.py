"""A machine for a rehearsal: this one's programs, nothing of its data, no network but loopback.

systemd boots in a container over an overlay of `/`, so that what a rehearsal installs and destroys
is gone with it.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

SEARCHED = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Folders with programs, of both machines: root's PATH isn't always all of them."""
PATIENCE = 120
"""Seconds for the machine to boot, or for something on it to happen."""
LONGEST_COMMAND = 600
"""Seconds."""
SIZE = "6G"
"""Of memory, at most, for all that is written on it."""
EMPTY = ("var/lib/postgresql", "etc/postgresql", "var/lib/redis", "var/lib/convene", "etc/convene")
"""Folders that are this machine's own, and empty on the other."""
STARTED_BY_HAND = ("postgresql", "redis-server", "nginx", "caddy", "postfix", "prometheus", "cron")
"""Units that Debian's packages start with the machine."""


class RehearsalFailed(Exception):
    """Something did not do what deploy/ says; the message tells what."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A booted machine: the process id of its systemd, and its `/` as seen from here."""

    pid: int
    root: Path

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program there as root, and return what it printed, whatever its exit code."""
        return subprocess.run(
            [
                "nsenter",
                f"--target={self.pid}",
                "--all",
                *("env", "-i", f"PATH={SEARCHED}"),
                *words,
            ],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=LONGEST_COMMAND,
            check=False,
        )

    def must(self, *words: str, stdin: str = "") -> str:
        """Run a program there, and return what it printed.

        Raises:
            RehearsalFailed: its exit code says that it failed.
        """
        ended = self.run(*words, stdin=stdin)
        if ended.returncode:
            said = f"{ended.stdout}\n{ended.stderr}"[-4000:]
            raise RehearsalFailed(f"`{' '.join(words)}` ended with {ended.returncode}:\n{said}")
        return ended.stdout

    def wait_for(self, what: str, *words: str, says: str = "") -> str:
        """Run a program again and again until it succeeds, and prints what `says` matches.

        Raises:
            RehearsalFailed: it didn't for two minutes.
        """
        until = monotonic() + PATIENCE
        while True:
            ended = self.run(*words)
            if not ended.returncode and re.search(says, ended.stdout):
                return ended.stdout
            if monotonic() > until:
                raise RehearsalFailed(f"no {what}: {ended.stdout}{ended.stderr}"[-4000:])
            sleep(1)

    def write(self, path: str, text: str, *, mode: int = 0o644) -> None:
        """Write a file there, with the folders above it."""
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)


_BOOTED = ("running", "degraded")
"""Answers of `systemctl is-system-running`; some of this machine's own units can't run there."""


@contextlib.contextmanager
def booted() -> Iterator[Machine]:
    """Boot a machine, and take it away afterwards with all that was written on it.

    Raises:
        RehearsalFailed: it doesn't boot here; not everybody may mount and make namespaces.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="convene-machine-")))
        stack.enter_context(_mounted("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", on=folder))
        root, upper, work = folder / "root", folder / "upper", folder / "work"
        for each in (root, upper, work):
            each.mkdir()
        layers = f"lowerdir=/,upperdir={upper},workdir={work}"
        stack.enter_context(_mounted("-t", "overlay", "-o", layers, "overlay", on=root))
        _prepare(root)
        yield stack.enter_context(_running(root, folder))


def _prepare(root: Path) -> None:
    for name in EMPTY:
        shutil.rmtree(root / name, ignore_errors=True)
    units = root / "etc/systemd/system"
    for name in STARTED_BY_HAND:
        for link in units.glob(f"*.wants/{name}.service"):
            link.unlink()
    (units / "default.target").unlink(missing_ok=True)
    (units / "default.target").symlink_to("/usr/lib/systemd/system/multi-user.target")
    # A machine that has never been booted asks questions.
    (root / "etc/machine-id").write_text("", encoding="ascii")
    # Images of containers forbid packages to start services, which is what is rehearsed.
    (root / "usr/sbin/policy-rc.d").unlink(missing_ok=True)


@contextlib.contextmanager
def _mounted(*options: str, on: Path) -> Iterator[None]:
    ended = subprocess.run(["mount", *options, on], capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RehearsalFailed(f"nothing can be mounted here: {ended.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", on], check=True)


@contextlib.contextmanager
def _running(root: Path, folder: Path) -> Iterator[Machine]:
    command = ("systemd-nspawn", "--boot", "--quiet", "--register=no", "--keep-unit")
    named = (f"--machine=convene-{os.getpid()}", "--private-network", f"--directory={root}")
    with (folder / "console").open("wb") as console:
        nspawn = subprocess.Popen(
            [*command, *named],
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
        )
    machine: Machine | None = None
    try:
        machine = Machine(_its_systemd(nspawn, folder / "console"), root)
        until = monotonic() + PATIENCE
        while machine.run("systemctl", "is-system-running").stdout.strip() not in _BOOTED:
            if monotonic() > until:
                raise RehearsalFailed(f"the machine doesn't boot:\n{_read(folder / 'console')}")
            sleep(0.5)
        yield machine
    finally:
        if machine:
            with contextlib.suppress(ProcessLookupError):
                os.kill(machine.pid, 9)
        nspawn.kill()
        nspawn.wait()


def _its_systemd(nspawn: subprocess.Popen[bytes], console: Path) -> int:
    """Return the process id, as seen from here, of the first process of the machine."""
    until = monotonic() + PATIENCE
    children = Path(f"/proc/{nspawn.pid}/task/{nspawn.pid}/children")
    while monotonic() < until and nspawn.poll() is None:
        for child in children.read_text(encoding="ascii").split():
            if Path(f"/proc/{child}/comm").read_text(encoding="ascii").strip() == "systemd":
                return int(child)
        sleep(0.2)
    raise RehearsalFailed(f"no machine can be booted here:\n{_read(console)}")


def _read(console: Path) -> str:
    return console.read_text(encoding="utf-8", errors="replace")[-2000:]
