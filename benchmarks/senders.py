"""Measure the database's part of sending: `python -m benchmarks.senders PROCESSES… [--seconds 10]`.

In the database of DATABASE_URL, which `benchmarks.people` has filled, so many processes claim
deliveries of one campaign and settle them, without sending anything. So nothing but the database
and the Python around it is measured: the most that any number of hosts can reach, and what each
email costs at PostgreSQL. Prints JSON.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

from benchmarks.context import Context
from benchmarks.machine import load
from benchmarks.processes import cpu_seconds
from benchmarks.rows import Row, row
from config.env import BASE_DIR

PEOPLE = 200_000
PROCESSES = (1, 2, 4, 8)
SIZE = 500
"""Deliveries of a claim, as of a mailer that takes 250 a second from each process."""
SECONDS = 10.0


def measure(context: Context) -> list[Row]:
    """Measure one campaign that more and more processes share."""
    before = load()
    with context.installation(context.size(PEOPLE)) as one:
        wanted = [str(number) for number in PROCESSES[: 2 if context.quick else None]]
        found = json.loads(one.run("-m", "benchmarks.senders", *wanted))
    return [
        row(
            f"ledger alone, one campaign, {each['processes']} processes",
            f"{each['rate']:,} deliveries/s; PostgreSQL {each['postgresql_us']} µs of CPU each, "
            f"ours {each['python_us']}",
            **{**each, "load": before},
        )
        for each in found
    ]


def main() -> None:
    """Measure each number of processes, one campaign each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.senders", description=__doc__)
    parser.add_argument("processes", type=int, nargs="*", default=PROCESSES)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--campaign", type=int, help="share in this campaign, as one process")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    if arguments.campaign:
        print(json.dumps(_shared(arguments.campaign, arguments.seconds)))
        return
    found = [_measured(number, arguments.seconds) for number in arguments.processes]
    print(json.dumps(found))


def _measured(processes: int, seconds: float) -> dict[str, object]:
    campaign = _launched(f"{processes} processes")
    command = [sys.executable, "-m", "benchmarks.senders", "--campaign", str(campaign)]
    running = [
        subprocess.Popen(
            [*command, "--seconds", str(seconds)],
            cwd=BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for each in running:
        assert each.stdout
        each.stdout.readline()  # it is ready
    for each in running:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()
    told = [json.loads(each.communicate()[0]) for each in running]
    settled = sum(each["settled"] for each in told)
    lasted = max(each["seconds"] for each in told)
    return {
        "processes": processes,
        "settled": settled,
        "rate": round(settled / lasted),
        "postgresql_us": round(sum(each["postgresql"] for each in told) / settled * 1e6),
        "python_us": round(sum(each["python"] for each in told) / settled * 1e6),
        "claim_ms": round(statistics.median(each["claim_ms"] for each in told), 1),
        "settle_ms": round(statistics.median(each["settle_ms"] for each in told), 1),
        "load": load(),
    }


def _launched(name: str) -> int:
    from benchmarks.campaign_email import campaign as described
    from campaigns.content.create_campaign import create_campaign
    from campaigns.review.approval import approve
    from campaigns.sending.launch import launch_now

    campaign = create_campaign(described(name))
    approve(campaign, by="the benchmark")
    launch_now(campaign)
    return int(campaign.pk)


def _shared(campaign: int, seconds: float) -> dict[str, float]:
    """Claim and settle deliveries of a campaign until the time is over, or none is left."""
    from django.db import connection

    from campaigns.sending.claims.claim import claim
    from campaigns.sending.claims.settle import settle
    from newsletter.transport.results.result import Outcome, Result

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [backend] = cursor.fetchone()
    print("ready", flush=True)
    sys.stdin.readline()
    began, backend_began, own_began = time.monotonic(), cpu_seconds([backend]), time.process_time()
    claims: list[float] = []
    settles: list[float] = []
    settled, after = 0, 0
    accepted = Result(Outcome.ACCEPTED, mailer="benchmark")
    while time.monotonic() - began < seconds:
        asked = time.monotonic()
        claimed = claim(campaign, size=SIZE, mailer="benchmark", after=after)
        after = claimed.last_id
        if claimed.found_nothing:
            break
        taken = time.monotonic()
        settled += settle(claimed, {one.pk: accepted for one in claimed.deliveries})
        claims.append(taken - asked)
        settles.append(time.monotonic() - taken)
    return {
        "settled": settled,
        "seconds": time.monotonic() - began,
        "postgresql": cpu_seconds([backend]) - backend_began,
        "python": time.process_time() - own_began,
        "claim_ms": statistics.median(claims) * 1000 if claims else 0.0,
        "settle_ms": statistics.median(settles) * 1000 if settles else 0.0,
    }


if __name__ == "__main__":
    main()
