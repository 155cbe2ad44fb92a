"""A whole installation in processes of its own, as `make run` starts them."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing
from functools import cached_property
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest

from config.env import BASE_DIR
from scripts.services import clean_environment, free_port

PATIENCE = 120
"""Seconds until something that must happen counts as missing; test machines are slow at times."""


class RunningInstallation:
    """Convene, started with `bin/run` on a port and in a folder of its own."""

    def __init__(
        self, folder: Path, *, settings: str = "config.settings", **variables: str
    ) -> None:
        """
        Args:
            folder: its VAR_DIR.
            settings: a module of settings.
            variables: further variables of the environment.
        """
        self.folder = folder
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.environment = (
            clean_environment()
            | {"PORT": str(self.port), "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": settings}
            | variables
        )
        self._log_path = folder.parent / f"{folder.name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until the pages answer."""
        with self._log_path.open("ab") as log:
            self._process = subprocess.Popen(
                ["bin/run"],
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_until(self.is_ready, "the pages to answer")

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Stop it as Ctrl-C does, and return the exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(number)
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            pytest.fail(f"it did not stop; the log:\n{self.log}")
        finally:
            self._process = None

    def is_ready(self) -> bool:
        """Return whether /readyz says so."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/readyz", timeout=10
            ) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def wait_until(self, condition: Any, what: str, *, every: float = 0.2) -> Any:
        """Wait for `condition` to return something true, and return that."""
        deadline = monotonic() + PATIENCE
        while not (value := condition()):
            if self._process is not None and self._process.poll() is not None:
                pytest.fail(
                    f"it ended with exit code {self._process.returncode} before {what}; the "
                    f"log:\n{self.log}"
                )
            if monotonic() > deadline:
                pytest.fail(f"waited {PATIENCE} s in vain for {what}; the log:\n{self.log}")
            sleep(every)
        return value

    @property
    def log(self) -> str:
        return self._log_path.read_text(encoding="utf-8", errors="replace")

    @property
    def login(self) -> dict[str, str]:
        """The staff login that was made for this machine: name and password."""
        lines = (self.folder / "staff-login.txt").read_text(encoding="utf-8").splitlines()
        return {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
            if value
        }

    def pid(self, name: str) -> int:
        """Return the process id of web, worker, sender or clock, once it has started."""
        text = self.wait_until(lambda: self._pid_text(name), f"{name} to be started")
        return int(text)

    def _pid_text(self, name: str) -> str:
        try:
            return (self.folder / "run" / f"{name}.pid").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return ""

    def kill(self, name: str) -> None:
        """Send SIGKILL to a process; the supervisor starts it again."""
        os.kill(self.pid(name), signal.SIGKILL)

    def kill_everything(self) -> None:
        """Send SIGKILL to all processes at once, as when the power fails."""
        assert self._process is not None
        workers = [self.pid(name) for name in ("web", "worker", "sender", "clock")]
        self._process.kill()
        for pid in workers:
            os.killpg(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Query the database while the processes run; times are in UTC."""
        if "DATABASE_URL" in self.environment:
            return self._server.execute(query.replace("?", "%s").encode(), parameters).fetchall()
        address = f"file:{self.folder / 'convene.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=30)) as connection:
            return connection.execute(query, parameters).fetchall()

    @cached_property
    def _server(self) -> psycopg.Connection:
        """A connection that stays open, because things that last half a second must be seen.

        It ends with its database.
        """
        return psycopg.connect(
            self.environment["DATABASE_URL"], autocommit=True, options="-c timezone=UTC"
        )

    def manage(self, *arguments: str) -> str:
        """Run a command as an operator would, and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def status(self, campaign_id: int) -> dict[str, Any]:
        """Return what `campaign_status ID --json` prints."""
        status: dict[str, Any] = json.loads(
            self.manage("campaign_status", str(campaign_id), "--json")
        )
        return status
