"""The progress page of a campaign to 100,000, while it is sent and its workers are killed."""

import json
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
from contextlib import suppress

from benchmarks import sink, smtp
from benchmarks.context import Context
from benchmarks.installation import CLOCK, Installation
from benchmarks.machine import load
from benchmarks.processes import family
from benchmarks.rows import Row, Wrong, not_measured, row
from config.env import BASE_DIR

RECIPIENTS = 100_000
TO_REACH = 0.1
"""Seconds for a page."""
BETWEEN_KILLS = 1.5
"""Seconds from the death of one worker to that of the next."""


def measure(context: Context) -> list[Row]:
    """Send a campaign, kill one worker after the other, and ask for its page all the while.

    Raises:
        Wrong: a page showed sums that don't add up, or the campaign did not end.
    """
    recipients = context.size(RECIPIENTS)
    what = f"progress page of {recipients:,} recipients, workers killed"
    if not sink.is_installed():
        return [not_measured(what, "smtp-sink (Debian's package postfix) is not installed")]
    before = load()
    with (
        sink.running() as mail_server,
        smtp.installation(context, recipients, mail_server) as one,
        one.processes() as pids,
    ):
        campaign_id = one.new_campaign("Watched")
        over = threading.Event()
        killed: list[int] = []
        killer = threading.Thread(target=_kill_workers, args=(pids, over, killed))
        with _sampling(one, campaign_id) as sampler:
            killer.start()
            try:
                one.send(campaign_id)
            finally:
                over.set()
                killer.join()
            printed, complaint = sampler.communicate(timeout=180)
        if sampler.returncode:
            raise Wrong(f"the pages could not be read: {complaint[-2000:]}")
    samples = [json.loads(line) for line in printed.splitlines()]
    wrong = [each for each in samples if each["sum"] != each["of"]]
    if wrong or not samples:
        raise Wrong(f"{len(wrong)} of {len(samples)} pages don't add up: {wrong[:3]}")
    seconds = sorted(each["seconds"] for each in samples)
    slowest = seconds[int(len(seconds) * 0.95)]
    cpu = statistics.median(each["cpu"] for each in samples)
    return [
        row(
            what,
            f"{statistics.median(seconds) * 1000:.0f} ms, 95 % within {slowest * 1000:.0f} ms, "
            f"{cpu * 1000:.0f} ms of CPU; all {len(samples)} pages add up, {len(killed)} kills",
            to_reach=f"{TO_REACH * 1000:.0f} ms",
            met=slowest <= TO_REACH,
            seconds=seconds,
            killed=len(killed),
            load=before,
        )
    ]


def _sampling(one: Installation, campaign_id: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.progress_samples", str(campaign_id)],
        cwd=BASE_DIR, env=one.environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def _kill_workers(pids: dict[str, int], over: threading.Event, killed: list[int]) -> None:
    """Kill a process of some worker again and again: not the one that starts the others anew."""
    dice = random.Random(16)
    while not over.wait(BETWEEN_KILLS):
        workers = [
            child
            for name, pid in pids.items()
            if name != CLOCK
            for child in family(pid)
            if child != pid
        ]
        if workers:
            pid = dice.choice(sorted(workers))
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
