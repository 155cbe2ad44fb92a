"""Finding, installing and running the programs that tests need."""

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic, sleep

from config.env import VARIABLES

SECONDS_TO_START = 60


class Unavailable(Exception):
    """A service that can neither be found nor started. The message says what was tried."""


def clean_environment() -> dict[str, str]:
    """Return our environment without the settings of an installation.

    Tests must never touch those.
    """
    settings = {name for variable in VARIABLES for name in (variable, f"{variable}_FILE")}
    return {name: value for name, value in os.environ.items() if name not in settings}


@contextlib.contextmanager
def bytecode_kept() -> Iterator[None]:
    """Have the processes that are started meanwhile share compiled modules, in a folder.

    Images of containers set PYTHONDONTWRITEBYTECODE, so that nothing is written beside the sources.
    Then each of the hundreds of processes that tests start compiles Django, Celery and Convene
    anew: 2.5 of the 4.7 seconds of CPU that a worker takes to start.
    """
    if "PYTHONDONTWRITEBYTECODE" not in os.environ:
        yield
        return
    before = os.environ.copy()
    with tempfile.TemporaryDirectory(prefix="convene-bytecode-") as folder:
        del os.environ["PYTHONDONTWRITEBYTECODE"]
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def free_port() -> int:
    """Return a port that nothing listens on now.

    It is below those that Linux gives to connections by itself, or one of them might take it
    meanwhile.
    """
    while True:
        port = secrets.choice(range(10_000, 30_000))
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def found_or_installed[T](find: Callable[[], T | None], *, package: str) -> T | None:
    """Return what `find` finds, after apt has installed `package` if need be.

    None where it isn't found and apt may not be used.
    """
    found = find()
    if found is not None or os.getuid() or shutil.which("apt-get") is None:
        return found
    print(f"Installing {package} with apt-get", flush=True)
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (
        ["update", "-q"],
        ["install", "-q", "-y", "--no-install-recommends", package],
    ):
        done = subprocess.run(
            ["apt-get", *arguments], env=quietly, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(done.stdout[-2000:] + done.stderr[-2000:], flush=True)
            return None
    return find()


@contextlib.contextmanager
def temporary_folder(name: str, *, owner: str | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=f"convene-{name}-", ignore_cleanup_errors=True) as path:
        if owner:
            os.chown(path, pwd.getpwnam(owner).pw_uid, pwd.getpwnam(owner).pw_gid)
        yield Path(path)


@contextlib.contextmanager
def background_process(
    command: Sequence[object], *, folder: Path, until: Callable[[], bool], user: str | None = None
) -> Iterator[None]:
    """Run a server in the background until the block ends."""
    with (folder / "log").open("wb") as log:
        # A session of its own, or Ctrl-C would stop it while tests are still closing their
        # connections.
        process = subprocess.Popen(
            list(map(str, command)),
            stdout=log,
            stderr=log,
            user=user,
            cwd=folder,
            start_new_session=True,
        )
        try:
            deadline = monotonic() + SECONDS_TO_START
            while not until():
                if process.poll() is not None or monotonic() > deadline:
                    raise Unavailable(
                        f"{Path(str(command[0])).name} did not start: "
                        f"{(folder / 'log').read_text(errors='replace')[-1000:]}"
                    )
                sleep(0.1)
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
