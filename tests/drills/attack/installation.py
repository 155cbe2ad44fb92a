"""The installation under attack: PostgreSQL, Redis, and the processes of the Procfile."""

import contextlib
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from honcho.environ import parse_procfile

from benchmarks.processes import cpu_seconds, family, machine_cpu_seconds, memory_mb
from config.env import BASE_DIR
from scripts.services import clean_environment, free_port
from tests.drills.servers import KEYS, NotStarted, Redis, Templates, postgresql

PATIENCE = 60
"""Seconds for a process to start or to end."""


@dataclass
class Installation:
    """Convene with a brand and topics, and its processes."""

    web_port: int
    environment: Mapping[str, str]
    database_url: str
    redis: Redis
    processes: dict[str, int] = field(default_factory=dict)
    """Process ids, by name."""
    servers: dict[str, int] = field(default_factory=dict)
    """Those of PostgreSQL and Redis."""

    def memory(self) -> dict[str, float]:
        """Return the memory of each process with its children, in MB as RSS, and Redis's data."""
        found = {name: memory_mb(family(pid))[1] for name, pid in self.processes.items()}
        with self.redis.client() as client:
            found["redis, its data"] = int(client.info("memory")["used_memory"]) / 1024**2
        return found

    def cpu(self) -> dict[str, float]:
        """Return the CPU seconds of each process with its children, the servers, and all."""
        spent = {name: cpu_seconds(family(pid)) for name, pid in self.processes.items()}
        spent |= {name: cpu_seconds(family(pid)) for name, pid in self.servers.items()}
        spent["drill"] = cpu_seconds([os.getpid()])
        return spent | {"machine": machine_cpu_seconds()}

    def causes(self) -> dict[str, int]:
        """Return how many posts each limit held back."""
        with self.redis.client() as client:
            # As subscribers.consent.attack names it, which needs an installation's environment.
            found: Any = client.hgetall("attack:causes")
        return {cause.decode(): int(number) for cause, number in found.items()}

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask the database."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query.encode()).fetchall()


@contextlib.contextmanager
def installed(made: Templates, *, sink_port: int) -> Iterator[Installation]:
    """Run an installation of its own, whose mail goes to the sink.

    Raises:
        NotStarted: a server or process did not come up.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(_folder()))
        database = stack.enter_context(postgresql(made, folder))
        # As in production: a commit waits for the disk.
        database.configure(fsync="on", full_page_writes="on")
        redis = Redis(folder)
        redis.start()
        stack.callback(redis.kill)
        var = folder / "var"
        var.mkdir()
        port = free_port()
        environment = {
            **clean_environment(),
            "VAR_DIR": str(var),
            "DATABASE_URL": database.url(),
            "REDIS_URL": redis.url,
            "SECRET_KEY": KEYS,
            "LINK_KEYS": KEYS,
            "SITE_URL": f"http://localhost:{port}",
            "TRUSTED_PROXIES": "127.0.0.0/8",
            "TRANSACTIONAL_MAILER_URL": f"smtp+plain://127.0.0.1:{sink_port}",
            "PORT": str(port),
        }
        _furnish(environment)
        here = Installation(port, environment, database.url(), redis)
        here.servers = {"postgresql": database.pid, "redis": redis.pid}
        for name, command in _commands().items():
            here.processes[name] = stack.enter_context(_process(name, command, here, folder))
        _wait_until_it_answers(port, folder)
        yield here


def _commands() -> dict[str, str]:
    """Return the Procfile's commands, without the processes that only campaigns need."""
    procfile = parse_procfile(Path(BASE_DIR, "Procfile").read_text(encoding="utf-8"))
    return {name: command for name, command in procfile.processes.items() if name != "sender"}


@contextlib.contextmanager
def _folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory(
        prefix="convene-attack-", ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o755)
        yield folder


def _furnish(environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.drills.attack.furnish"],
        cwd=BASE_DIR,
        env={**environment, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotStarted(done.stderr[-2000:])


@contextlib.contextmanager
def _process(name: str, command: str, here: Installation, folder: Path) -> Iterator[int]:
    words = shlex.split(command.replace("$PORT", str(here.web_port)))
    arguments = [sys.executable if word == "python" else word for word in words]
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            arguments, cwd=BASE_DIR, env=dict(here.environment), stdout=log, stderr=log
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(port: int, folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    logs = (path.read_text(errors="replace")[-1000:] for path in sorted(folder.glob("*.log")))
    raise NotStarted(os.linesep.join(logs))
