"""`make run`: everything that Convene needs on one machine, tables and processes."""

import asyncio
import fcntl
import os
import socket
import sys
from pathlib import Path
from typing import IO

from config.env import BASE_DIR, Environment, EnvironmentProblem, read_environment
from config.queues import embedded_queue
from newsletter.core.private_files import UMASK
from newsletter.core.requests.proxy_entrance import PROXY_ENTRANCE, has_entrance
from scripts import forked
from scripts.supervise import Supervisor

DEFAULT_PORT = "8000"
STAFF_LOGIN = "staff-login.txt"
"""The file in VAR_DIR with the login that `manage.py bootstrap` made for this machine."""


class CannotRun(Exception):
    """A reason why Convene can't be started here, with what to do about it."""


def main() -> int:
    """Set up, run until stopped, and return the exit code."""
    port = os.environ.setdefault("PORT", DEFAULT_PORT)
    try:
        os.umask(UMASK)
        environment = read_environment(os.environ)
        with _only_one(environment.var_dir):
            _port_is_free(port)
            embedded_queue.empty(environment.var_dir)
            forked.load()
            _prepare(environment)
            return asyncio.run(_supervise(environment, port))
    except (CannotRun, EnvironmentProblem) as problem:
        print(f"Convene can't start. {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _only_one(var_dir: Path) -> IO[str]:
    """Lock the folder. The kernel gives the lock back however this process ends."""
    file = (var_dir / "run.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        raise CannotRun(
            f"It is already running in {var_dir} (process {file.read().strip() or 'unknown'}). "
            "Stop that one first, or use another port and folder: PORT=9001 VAR_DIR=/somewhere "
            "make run"
        ) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def _port_is_free(port: str) -> None:
    for address in ("127.0.0.1", *([PROXY_ENTRANCE] if has_entrance() else [])):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, int(port)))
            except OSError as error:
                raise CannotRun(
                    f"Port {port} can't be used ({error.strerror}). Use another port: PORT=9001 "
                    f"make run"
                ) from error


def _prepare(environment: Environment) -> None:
    """Bring the tables up to date, and create what a new installation needs.

    Both do nothing when there is nothing to do.
    """
    # Where mail really leaves, invented people have no place.
    demo = environment.bulk_mailers[0].provider == "inbox"
    for command in ("migrate --no-input --verbosity 0", f"bootstrap{' --demo' if demo else ''}"):
        pid = forked.start(f"python -m manage {command}", environment=os.environ)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code < 0 or code == 130:
            raise KeyboardInterrupt
        if code:
            raise CannotRun(f"`manage.py {command.split()[0]}` failed. See its message above.")


async def _supervise(environment: Environment, port: str) -> int:
    processes = {
        **os.environ,
        "PORT": port,
        # Both commands before have checked everything; it would take each worker memory and time.
        "CELERY_SKIP_CHECKS": "true",
        # The processes find `python` in .venv, and print each line of the log as it comes.
        "PATH": os.pathsep.join(
            [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
        ),
    }
    supervisor = Supervisor(
        BASE_DIR / "Procfile",
        environment=processes,
        pids=environment.var_dir / "run",
    )

    async def greet() -> None:
        while not await _is_ready(port):
            await asyncio.sleep(0.1)
        supervisor.say(_greeting(environment))

    return await supervisor.run(when_started=greet)


async def _is_ready(port: str) -> bool:
    """Ask /readyz. No thread does it: a process is forked only from one that has none."""
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
            try:
                writer.write(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")
                answer = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
    return answer.split()[1:2] == [b"200"]


def _greeting(environment: Environment) -> str:
    login = environment.var_dir / STAFF_LOGIN
    site = environment.site_url
    lines = ["", f"Convene is ready:  {site}/", f"    staff pages    {site}/staff/"]
    if login.exists():
        lines += [
            f"                   {line}"
            for line in login.read_text(encoding="utf-8").splitlines()
            if line
        ]
        lines += [f"                   (saved in {login})"]
    if environment.transactional_mailer.provider == "inbox":
        leaves = any(mailer.provider != "inbox" for mailer in environment.bulk_mailers)
        note = (
            "confirmations and test copies; campaigns are really sent"
            if leaves
            else "no email leaves this machine"
        )
        lines += [f"    sent email     {site}/inbox/   ({note})"]
    return "\n".join([*lines, "    Ctrl-C stops everything.", ""])


if __name__ == "__main__":
    sys.exit(main())
