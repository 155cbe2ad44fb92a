"""`python -m tests.deploy.pooled`: commands and a campaign behind PgBouncer and Redis Sentinel.

PgBouncer shares few connections among all processes, transaction by transaction. Redis is reached
with TLS and passwords. While a campaign is sent, the master of Redis is killed.
"""

import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg
import redis

from config.env import BASE_DIR
from scripts.services import found_or_installed
from tests.deploy.pooled.servers import Sentinels, start_pgbouncer
from tests.drills import servers
from tests.drills.helping_hand import HelpingHand
from tests.drills.hosts import COMMANDS, Host
from tests.drills.plan import Plan, plan
from tests.drills.provider_account import ProviderAccount
from tests.drills.scenery import PROVIDER_LOG, environment_of, start_providers

PROGRAMS = {
    "pgbouncer": "pgbouncer",
    "redis-server": "redis-server",
    "redis-sentinel": "redis-sentinel",
    "openssl": "openssl",
}
"""Debian's package of each program."""
RECIPIENTS, IMPORTED = 300, 3_000
PATIENCE = 240
"""Seconds for a campaign to end."""


class PoolingFailed(Exception):
    """Convene doesn't work behind them."""


class Installation:
    """One host behind PgBouncer and the sentinels, and the provider that it sends to."""

    def __init__(self, folder: Path, made: servers.Templates, stack: ExitStack) -> None:
        self.folder, rehearsed = folder, _plan()
        postgresql = stack.enter_context(servers.postgresql(made, folder))
        self.postgresql, self.sentinels = postgresql.url(), Sentinels(folder, stack)
        _, mailers = start_providers(rehearsed, folder, stack)
        environment = {
            **environment_of(mailers),
            "DATABASE_URL": start_pgbouncer(postgresql, folder, stack),
            "REDIS_URL": self.sentinels.url,
            "SELF_APPROVAL": "true",
        }
        (folder / "var").mkdir()
        self.host = Host("host", folder, environment, names=tuple(COMMANDS), dice=random.Random(1))
        stack.callback(self.host.end)
        self.account = ProviderAccount(folder / PROVIDER_LOG)
        self.hand = HelpingHand(folder / "hand.log", self.host.environment)
        stack.callback(self.hand.end)

    def do(self, deed: str, **arguments: object) -> Mapping[str, Any]:
        """Have the drill's hand do something."""
        for seconds in self.hand.ask(deed, **arguments):
            self.host.look_after()
            sleep(seconds)
        return self.hand.answer

    def manage(self, *words: str, may_fail: bool = False, **variables: str) -> str:
        """Run a command, and return what it says.

        Args:
            may_fail: whether it may end with another exit code than 0.

        Raises:
            PoolingFailed: it failed.
        """
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=BASE_DIR,
            env={**self.host.environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode and not may_fail:
            raise PoolingFailed(f"{words[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def wait_for(self, what: str, is_so: Any) -> None:
        """Wait, while the host's processes are looked after.

        Raises:
            PoolingFailed: it takes too long.
        """
        deadline = monotonic() + PATIENCE
        while not is_so():
            if monotonic() > deadline:
                raise PoolingFailed(f"{what} did not come about\n{self.host.tail()}")
            self.host.look_after()
            sleep(0.3)


def main() -> int:
    """Rehearse, and return the exit code."""
    try:
        for program, package in PROGRAMS.items():
            if not found_or_installed(partial(shutil.which, program), package=package):
                raise PoolingFailed(f"no {program} (Debian's {package}), and apt may not be used")
        with ExitStack() as stack:
            made = stack.enter_context(servers.templates())
            if made.cluster is None:
                raise PoolingFailed("no PostgreSQL or Redis, and apt may not be used")
            folder = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="convene-pooled-"))
            )
            here = Installation(folder, made, stack)
            for section in (campaign, commands, one_server):
                print(f"== {(section.__doc__ or '').splitlines()[0]}", flush=True)
                section(here)
    except PoolingFailed as failure:
        print(f"\nFAILED: {failure}", file=sys.stderr)
        return 1
    print("\nPassed: Convene works behind PgBouncer and Redis Sentinel.")
    return 0


def campaign(here: Installation) -> None:
    """A campaign, in the middle of which the master of Redis is killed: each gets it once."""
    [number] = here.do("seed", recipients=RECIPIENTS, refused=0, campaigns=1)["campaigns"]
    here.do("launch", campaign=number)
    here.wait_for("the first email", lambda: len(_lines(here)) > 20)
    killed = here.sentinels.kill_master()
    began = monotonic()
    here.wait_for("another master", lambda: _master(here) not in (None, killed))
    print(f"Another master after {monotonic() - began:.1f} s, {len(_lines(here))} emails sent")
    before = len(_lines(here))
    here.wait_for("the end", lambda: _told(here, number)["status"] == "sent")
    told, came = _told(here, number), Counter(line["ref"] for line in _lines(here))
    print(f"{told}, {len(came)} came, {len(came) - before} of them by the new master")
    _expect(told["accepted"] == RECIPIENTS and told["adds_up"], str(told))
    _expect(len(came) == RECIPIENTS and max(came.values()) == 1, f"{len(came)} came")


def commands(here: Installation) -> None:
    """Commands that read and write much, and doctor, through PgBouncer."""
    rows = "".join(f"person{n}@parliament.example\n" for n in range(IMPORTED))
    (here.folder / "list.csv").write_text(f"email\n{rows}", encoding="utf-8")
    source = ("import_subscribers", str(here.folder / "list.csv"))
    consent = ("--topic", "quarterly-meetings", "--consent", "They signed up on paper.")
    for again in ("a new list", "the same list again"):
        here.manage(*source, *consent)
        print(f"Imported {again}")
    exported = here.manage("export_subscribers")
    _expect(exported.count("@parliament.example") == IMPORTED, exported[:300])
    for words in (("erase_subscriber", "person1@parliament.example", "--yes"), ("verify_consent",)):
        here.manage(*words)
    here.manage("verify_audit")
    (here.folder / "backups").mkdir(mode=0o700)
    here.manage("backup", str(here.folder / "backups"), DATABASE_URL=here.postgresql)
    findings = json.loads(here.manage("doctor", "--json", may_fail=True))["findings"]
    odd = [each for each in findings if each["check"] in ("database", "queue")]
    _expect(bool(odd) and all(each["level"] == "fine" for each in odd), str(odd))
    with psycopg.connect(here.postgresql) as direct:
        asked = direct.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = 'convene'")
        print(f"PostgreSQL has {asked.fetchone()} connections, with this one")


def one_server(here: Installation) -> None:
    """One Redis by rediss:// with a password, as a managed one is reached."""
    for name in here.host.names:
        here.host.hold(name)
        here.host.kill(name)
    port = here.sentinels.master()
    url = here.sentinels.server_url(port)
    here.host.environment["REDIS_URL"] = url
    for name in here.host.names:
        here.host.release(name)
    [number] = _numbers(here.manage("create_campaign", _campaign_file(here)))
    here.manage("approve_campaign", str(number))
    here.manage("launch_campaign", str(number), "--now")
    here.wait_for("the end", lambda: _told(here, number)["status"] == "sent")
    told = _told(here, number)
    print(told)
    _expect(told["accepted"] == told["candidates"] and told["adds_up"], str(told))


def _campaign_file(here: Installation) -> str:
    path = here.folder / "campaign.json"
    blocks = [{"type": "rich_text", "html": "<p>We meet in March.</p>"}]
    contents = {"en": {"subject": "One Redis", "blocks": blocks}}
    path.write_text(
        json.dumps({"name": "One", "topic": "quarterly-meetings", "contents": contents})
    )
    return str(path)


def _numbers(text: str) -> list[int]:
    return [int(line) for line in text.splitlines() if line.strip().isdigit()]


def _plan() -> Plan:
    """Return a history of the drill without faults, of one SMTP server that takes 30 a second."""
    return replace(
        plan(1),
        kind="smtp",
        batch=1,
        standby="",
        rate=30,
        latency=0.02,
        chances={},
        strikes=(),
        connections=2,
    )


def _lines(here: Installation) -> list[dict[str, Any]]:
    return here.account.lines() if here.account.path.exists() else []


def _master(here: Installation) -> int | None:
    try:
        return here.sentinels.master()
    except redis.RedisError:
        return None


def _told(here: Installation, number: int) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(here.manage("campaign_status", str(number), "--json"))
    return told


def _expect(is_so: bool, what: str) -> None:
    if not is_so:
        raise PoolingFailed(what)


if __name__ == "__main__":
    sys.exit(main())
