"""The parts of a history's stage: its providers, environment and hosts."""

import json
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from config.env import BASE_DIR
from scripts import services
from tests.drills import clocks, wall_clock
from tests.drills.hosts import CLOCK, CLOCK_FILE, COMMANDS, SENDERS, Host, die_with_parent
from tests.drills.plan import BATCHES, Plan
from tests.drills.provider import OFFERS
from tests.drills.servers import KEYS
from tests.fakes.providers.apis import mailer_url

SECRET = "a-webhook-secret-of-tests-that-is-long-enough"
"""The same as in tests.fakes.webhooks."""
TIMEOUT = 2
"""Seconds that a provider has for an answer."""
PROVIDER_LOG = "provider.jsonl"
BOUNCES = "bounces@lists.example.org"
REPLIES = "replies@lists.example.org"


def start_providers(
    plan: Plan, folder: Path, stack: ExitStack, *, namespaces: Sequence[str] = ()
) -> tuple[subprocess.Popen[bytes], list[str]]:
    """Start the provider, and the one on standby, which end with `stack`.

    Args:
        namespaces: those of hosts, where providers are reached, too.

    Returns:
        The process of the first, and the URLs of all mailers.
    """
    first, url = _start_provider(plan, folder, plan.kind, plan.chances, namespaces)
    stack.callback(kill, first)
    if not plan.standby:
        return first, [url]
    standby, second = _start_provider(plan, folder, plan.standby, {}, namespaces)
    stack.callback(kill, standby)
    return first, [url, f"{second}&name=standby"]


def _start_provider(
    plan: Plan, folder: Path, kind: str, chances: Mapping[str, float], namespaces: Sequence[str]
) -> tuple[subprocess.Popen[bytes], str]:
    """Start a provider, and return its process and the URL of its mailer.

    All providers of a history write one log.
    """
    arguments = [
        kind,
        "--log",
        folder / PROVIDER_LOG,
        "--latency",
        plan.latency,
        "--seed",
        plan.dice,
        "--chances",
        json.dumps(chances),
        *(word for name in namespaces for word in ("--namespace", name)),
    ]
    process = started(
        "tests.drills.provider",
        folder / "provider.log",
        services.clean_environment(),
        *map(str, arguments),
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    rate = f"&rate={plan.rate}/s" if plan.rate else ""
    if kind in OFFERS:
        path = f"&return_path={BOUNCES}" if "bounces by mail" in plan.struck_by else ""
        options = f"timeout={TIMEOUT}&connections={plan.connections}{rate}{path}"
        return process, f"smtp+plain://127.0.0.1:{port}?{options}"
    # A standby may take one message a call.
    batch = {"batch": plan.batch} if plan.batch > 1 and kind in BATCHES else {}
    return process, mailer_url(
        kind, f"http://127.0.0.1:{port}/", timeout=TIMEOUT, connections=plan.connections, **batch
    ) + rate


def environment_of(urls: Sequence[str]) -> dict[str, str]:
    """Return the variables of all hosts.

    Args:
        urls: of the mailers for campaigns. The first sends single messages, too.
    """
    return services.clean_environment() | {
        "DJANGO_SETTINGS_MODULE": "tests.drills.settings",
        "SITE_URL": "https://lists.example.org",
        "SECRET_KEY": KEYS,
        "LINK_KEYS": KEYS,
        "WEBHOOK_SECRET": SECRET,
        "BULK_MAILER_URL": " ".join(urls),
        "TRANSACTIONAL_MAILER_URL": urls[0],
    }


def make_hosts(
    plan: Plan,
    folder: Path,
    environment: Mapping[str, str],
    *,
    faketime: Path | None,
    dice: random.Random,
    namespaces: Sequence[str] = (),
    code: Path = BASE_DIR,
) -> list[Host]:
    """Make the machines of a history, on which nothing runs yet; the first has the clock.

    Args:
        namespaces: the network of each; empty where they have the drill's.
        code: the checkout whose processes start on them.
    """
    others = SENDERS if plan.bare else tuple(name for name in COMMANDS if name != CLOCK)
    moved = faketime if "wall clock moved" in plan.struck_by else None
    hosts = []
    for number in range(plan.hosts):
        own = folder / f"host{number}"
        (own / "var").mkdir(parents=True)
        variables = {**environment, **(wall_clock.make(own / CLOCK_FILE, moved) if moved else {})}
        host = Host(
            f"host{number}",
            own,
            variables,
            names=others if number else tuple(COMMANDS),
            dice=dice,
            namespace=namespaces[number] if namespaces else "",
            code=code,
        )
        if "machine suspended" in plan.struck_by:
            clocks.make(host.suspended)
            host.environment[clocks.VARIABLE] = str(host.suspended)
        hosts.append(host)
    return hosts


def started(
    module: str,
    log: Path,
    environment: Mapping[str, str],
    *arguments: str,
    stdin: int = subprocess.DEVNULL,
    code: Path = BASE_DIR,
) -> subprocess.Popen[bytes]:
    """Start a module as a process of its own, whose output can be read."""
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=code,
            env=environment,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=file,
            preexec_fn=die_with_parent,
        )


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process, and wait for its end."""
    process.kill()
    process.wait()
