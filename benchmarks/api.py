"""Providers' APIs: many recipients a call, and one a call to a provider that takes its time.

The provider is a fake that keeps books.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.bare_client import request, send
from benchmarks.context import Context
from benchmarks.installation import Installation, Run
from benchmarks.machine import load
from benchmarks.processes import watched
from benchmarks.rows import Row, Wrong, middle, row
from config.env import BASE_DIR

ROUNDS = 3
BATCH, BATCH_RECIPIENTS, BATCH_RATE = 1000, 100_000, 10_000
SINGLE_RECIPIENTS, LATENCY, CONNECTIONS, SINGLE_SHARE = 10_000, 0.05, 16, 0.90


@dataclass(frozen=True, slots=True)
class FakeProvider:
    """A running fake of a provider."""

    pid: int
    url: str
    ledger: Path

    def check(self, expected: int) -> None:
        """Compare the provider's ledger with what should be in it.

        Raises:
            Wrong: somebody is missing from it, or stands there twice for one delivery.
        """
        refs = [
            json.loads(line)["ref"] for line in self.ledger.read_text(encoding="utf-8").splitlines()
        ]
        if len(refs) != expected or len(set(refs)) != expected:
            raise Wrong(
                f"the provider took {len(refs)} messages of {len(set(refs))} deliveries; "
                f"{expected} were sent"
            )


def measure_batch(context: Context) -> list[Row]:
    """Measure Mailgun and Brevo, a thousand recipients a call, without latency."""
    return [
        _batch(context, "mailgun", "mailgun://:key@lists.example.org"),
        _batch(context, "brevo", "brevo://:key@"),
    ]


def _batch(context: Context, name: str, url: str) -> Row:
    recipients = context.size(BATCH_RECIPIENTS)
    with _provider(name) as provider:
        mailer = f"{url}?api_url={provider.url}&batch={BATCH}"
        with (
            context.installation(recipients, BULK_MAILER_URL=mailer) as one,
            one.processes() as pids,
        ):
            runs = [_run(one, pids, provider, number) for number in range(context.rounds(ROUNDS))]
    rate = middle(one.recipients / one.sent.after_freeze for one in runs)
    return row(
        f"{name}: {recipients:,} recipients, {BATCH:,} a call, no latency",
        f"{rate:,.0f}/s",
        to_reach=f"{BATCH_RATE:,}/s",
        met=rate >= BATCH_RATE,
        rounds=[one.as_dict() for one in runs],
    )


def measure_single(context: Context) -> list[Row]:
    """Measure Postmark, one recipient a call.

    By the worker processes of the Procfile, by one of them, and by a client that has nothing else
    to do.
    """
    bare = _bare(context.size(SINGLE_RECIPIENTS) // 2)
    return [_single(context, processes, bare=bare) for processes in (2, 1)]


def _single(context: Context, processes: int, *, bare: float) -> Row:
    recipients, most = context.size(SINGLE_RECIPIENTS), CONNECTIONS / LATENCY
    with _provider("postmark", latency=LATENCY) as provider:
        mailer = f"postmark://:token@?api_url={provider.url}&connections={CONNECTIONS // processes}"
        with (
            context.installation(recipients, BULK_MAILER_URL=mailer) as one,
            one.processes(concurrency=processes) as pids,
        ):
            runs = [_run(one, pids, provider, 0)]
    rate = runs[0].recipients / runs[0].sent.after_freeze
    workers = f"{processes} worker processes" if processes > 1 else "one worker process"
    return row(
        f"one recipient a call, {LATENCY * 1000:.0f} ms latency, {CONNECTIONS} connections of "
        f"{workers}",
        f"{rate:.0f}/s, {rate / most:.0%} of {most:.0f}/s; a bare client: {bare:.0f}/s",
        to_reach=f"{SINGLE_SHARE:.0%}",
        met=rate >= SINGLE_SHARE * most,
        bare_client=round(bare, 1),
        rounds=[one.as_dict() for one in runs],
    )


def _bare(recipients: int) -> float:
    """Measure a client whose requests are ready, in messages a second.

    It sends them to the same provider over as many connections.
    """
    email = {
        "From": "a@example.org",
        "Subject": "Bare",
        "HtmlBody": "<p>Hello</p>\n" * 1_000,
        "TextBody": "word\n" * 1_000,
    }
    bodies = [
        json.dumps({**email, "To": f"r{number}@example.org", "Metadata": {"ref": str(number)}})
        for number in range(recipients)
    ]
    requests = [
        request("/email", body.encode(), headers={"X-Postmark-Server-Token": "token"})
        for body in bodies
    ]
    with _provider("postmark", latency=LATENCY) as provider:
        seconds, _ = send(
            urlsplit(provider.url).port or 0, requests, connections=CONNECTIONS, status=200
        )
        provider.check(recipients)
    return recipients / seconds


def _run(one: Installation, pids: dict[str, int], provider: FakeProvider, number: int) -> Run:
    campaign_id, load_before = one.new_campaign(f"Round {number + 1}"), load()
    with watched(pids, others={**one.servers(), "provider": provider.pid}) as usage:
        sent = one.send(campaign_id)
    counts = one.counts(campaign_id)
    if not counts["candidates"] or counts["accepted"] != counts["candidates"]:
        raise Wrong(f"not everybody was accepted: {counts}; the log: {one.log()}")
    provider.check(int(one.row("SELECT count(*) FROM campaigns_delivery")[0]))
    return Run(counts["candidates"], sent, usage, load_before)


@contextmanager
def _provider(name: str, *, latency: float = 0.0) -> Iterator[FakeProvider]:
    """Run a fake provider as a process of its own."""
    with tempfile.TemporaryDirectory(prefix="convene-provider-") as folder:
        ledger = Path(folder, "ledger")
        ledger.touch()
        command = [
            sys.executable,
            "-m",
            "tests.fakes.providers",
            name,
            "--ledger",
            str(ledger),
            "--latency",
            str(latency),
        ]
        process = subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True)
        try:
            if process.stdout is None or not (port := process.stdout.readline().strip()):
                raise Wrong(f"the fake of {name} did not start")
            yield FakeProvider(process.pid, f"http://127.0.0.1:{port}/", ledger)
        finally:
            process.terminate()
            process.wait()
