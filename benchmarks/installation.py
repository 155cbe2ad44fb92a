"""An installation to measure: a database of its own, and the processes of the Procfile."""

import contextlib
import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import redis
from honcho.environ import parse_procfile

from benchmarks import campaign_email
from benchmarks.processes import Usage, parent
from benchmarks.rows import Wrong
from config.env import BASE_DIR

CLOCK = "clock"
"""The process of the Procfile that is no worker."""
LOOK, LONGEST_NAP = 0.05, 1.0
"""Seconds between two looks at the ledger's tallies."""
PATIENCE = 60
"""Seconds for a process to start or to end."""
STANDSTILL = 90
"""Seconds without any progress, after which a campaign counts as stuck."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One campaign from launch to the last settled delivery, by the clock on the wall.

    Args:
        frozen: seconds from launch until the audience was frozen and committed.
        seconds: from launch until nothing was planned or claimed any more.
    """

    frozen: float
    seconds: float

    @property
    def after_freeze(self) -> float:
        """Seconds from the first moment at which something could be claimed."""
        return self.seconds - self.frozen


@dataclass(frozen=True, slots=True)
class Run:
    """One campaign, and what it cost.

    Args:
        load: of the machine before it began.
        bytes_a_message: as the mail server counts them, envelope included.
    """

    recipients: int
    sent: Sent
    usage: Usage
    load: list[float]
    bytes_a_message: int | None = None

    @property
    def rate(self) -> float:
        return self.recipients / self.sent.seconds

    @property
    def workers_mb(self) -> float:
        """PSS of all workers in MB, without the clock's, which no campaign changes."""
        return sum(value for name, value in self.usage.pss.items() if name != CLOCK)

    def as_dict(self) -> dict[str, object]:
        usage = self.usage
        return {
            "recipients": self.recipients,
            "seconds": round(self.sent.seconds, 2),
            "freeze_seconds": round(self.sent.frozen, 2),
            "messages_a_second": round(self.rate),
            "bytes_a_message": self.bytes_a_message,
            "cpu_seconds": round(usage.cpu, 2),
            "pss_mb": {name: round(value) for name, value in usage.pss.items()},
            "rss_mb": {name: round(value) for name, value in usage.rss.items()},
            "cpu_seconds_of_others": usage.others,
            "load": self.load,
        }


class Installation:
    """Convene on one database, driven as an operator would: by its commands."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.environment, self.folder = dict(environment), folder
        self.database = psycopg.connect(self.environment["DATABASE_URL"], autocommit=True)
        self.redis = redis.Redis.from_url(self.environment["REDIS_URL"])

    def run(self, *arguments: str) -> str:
        """Run a Python program of this repository, and return what it printed.

        Raises:
            Wrong: it failed; with what it said.
        """
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, cwd=BASE_DIR, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Wrong(f"{shlex.join(arguments)} failed: {done.stderr[-2000:]}")
        return done.stdout

    def manage(self, *arguments: str) -> str:
        return self.run("manage.py", *arguments)

    def row(self, query: str, *parameters: object) -> tuple[Any, ...]:
        """Return the one row that the query finds."""
        found = self.database.execute(query.encode(), parameters).fetchall()
        if len(found) != 1:
            raise Wrong(f"{len(found)} rows instead of one: {query}")
        return found[0]

    @contextlib.contextmanager
    def processes(self, *, concurrency: int = 2) -> Iterator[dict[str, int]]:
        """Start all of the Procfile but web, and wait until the workers listen.

        Yields the process ids by name. The processes are ended afterwards.

        Args:
            concurrency: of the worker of campaigns; the Procfile's own is 2.
        """
        commands = dict(
            parse_procfile(Path(BASE_DIR, "Procfile").read_text(encoding="utf-8")).processes
        )
        del commands["web"]
        with contextlib.ExitStack() as stack:
            pids = {}
            for name, command in commands.items():
                fitting = command.replace("--concurrency 2", f"--concurrency {concurrency}")
                pids[name] = stack.enter_context(self.process(name, fitting))
            self._wait_for_workers(sum(" worker " in command for command in commands.values()))
            yield pids

    @contextlib.contextmanager
    def process(self, name: str, command: str) -> Iterator[int]:
        """Run one command of the Procfile, and yield its process id."""
        arguments = [sys.executable if word == "python" else word for word in shlex.split(command)]
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                arguments, cwd=BASE_DIR, env=self.environment, stdout=log, stderr=log
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

    def _wait_for_workers(self, expected: int) -> None:
        number = self.environment["REDIS_URL"].rpartition("/")[2]
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            # Each worker waits for its queues over one connection.
            if (
                sum(
                    client["cmd"] == "brpop" and client["db"] == number
                    for client in self.redis.client_list()
                )
                >= expected
            ):
                return
            time.sleep(LOOK)
        raise Wrong(f"the workers do not listen; the log: {self.log()}")

    def log(self) -> str:
        """Return the end of the log of worker and clock."""
        return "\n".join(
            path.read_text(encoding="utf-8", errors="replace")[-1500:]
            for path in sorted(self.folder.glob("*.log"))
        )

    def servers(self) -> dict[str, int]:
        """Return the process ids of PostgreSQL and Redis, where they run on this machine."""
        found = {
            "postgresql": parent(self.database.info.backend_pid),
            "redis": int(self.redis.info("server")["process_id"]),
        }
        return {name: pid for name, pid in found.items() if Path(f"/proc/{pid}").exists()}

    # --- Campaigns ---------------------------------------------------------------

    def new_campaign(self, name: str) -> int:
        path = self.folder / "campaign.json"
        path.write_text(json.dumps(campaign_email.campaign(name)), encoding="utf-8")
        return int(self.manage("create_campaign", str(path)))

    def launch(self, campaign_id: int, *options: str) -> float:
        """Approve, launch and freeze a campaign, with `options` of launch_campaign beside `--now`.

        Returns:
            Seconds that the launch took, without the start of the program.
        """
        self.manage("approve_campaign", str(campaign_id))
        launching = subprocess.Popen(
            [sys.executable, "manage.py", "launch_campaign", str(campaign_id), "--now", *options],
            cwd=BASE_DIR, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        while launching.poll() is None:
            if self.row(
                "SELECT status IN ('sending', 'sent') FROM campaigns_campaign WHERE id = %s",
                campaign_id,
            )[0]:
                break
            time.sleep(LOOK / 5)
        frozen = time.time()
        _, complaint = launching.communicate()
        if launching.returncode:
            raise Wrong(f"launch_campaign failed: {complaint[-2000:]}")
        return frozen - self._launched_at(campaign_id)

    def _launched_at(self, campaign_id: int) -> float:
        return float(
            self.row(
                "SELECT extract(epoch FROM scheduled_at) FROM campaigns_campaign WHERE id = %s",
                campaign_id,
            )[0]
        )

    def send(self, campaign_id: int) -> Sent:
        """Launch a campaign, and wait until its last delivery is settled. The processes must run.

        Raises:
            Wrong: it got stuck.
        """
        frozen = self.launch(campaign_id)
        began = progressed = time.monotonic()
        left = most = int(self.row(_OPEN, campaign_id)[0])
        while left:
            now = time.monotonic()
            if now - progressed > STANDSTILL:
                raise Wrong(
                    f"{left} deliveries are open and nothing progresses; the log: {self.log()}"
                )
            # Each look costs, and only the end must be met exactly. It comes in steps of a claim,
            # of two seconds and a bit.
            at_this_pace = left / max(most - left, 1) * (now - began)
            time.sleep(min(max(at_this_pace - 5, LOOK), LONGEST_NAP))
            left, before = int(self.row(_OPEN, campaign_id)[0]), left
            if left != before:
                progressed = time.monotonic()
        return Sent(frozen, seconds=time.time() - self._launched_at(campaign_id))

    def counts(self, campaign_id: int) -> dict[str, Any]:
        """Count the campaign's deliveries row by row.

        Raises:
            Wrong: the counts don't add up.
        """
        counts: dict[str, Any] = json.loads(
            self.manage("campaign_status", str(campaign_id), "--json")
        )
        if not counts["adds_up"]:
            raise Wrong(f"the ledger does not add up: {counts}")
        return counts

    def close(self) -> None:
        self.database.close()
        self.redis.flushdb()
        self.redis.close()


_OPEN = (
    "SELECT sum(number) FROM campaigns_deliverytally WHERE campaign_id = %s AND status IN "
    "('planned', 'claimed')"
)


def environment(
    *, database_url: str, redis_url: str, folder: Path, link_keys: str, **variables: str
) -> dict[str, str]:
    """Return the variables of one installation."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "VAR_DIR": str(folder),
        "SECRET_KEY": link_keys,
        "LINK_KEYS": link_keys,
        "SITE_URL": "https://lists.example.org",
        "LANGUAGES": "en,es",
        # One operator writes the campaigns and launches them.
        "SELF_APPROVAL": "true",
        **variables,
    }
