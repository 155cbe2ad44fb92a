"""SMTP: a campaign compared with smtp-source in the same run, and its cost in CPU and memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import sink
from benchmarks.context import Context
from benchmarks.installation import CLOCK, Installation, Run
from benchmarks.machine import load
from benchmarks.processes import watched
from benchmarks.rows import Row, Wrong, middle, not_measured, row

RECIPIENTS = 100_000
ROUNDS = 6
LATER = 1.2
"""The most that the last campaigns to a list may take, as a multiple of the first ones'."""
SHARE, LISTMONK_SHARE = 0.70, 3_700 / 8_450
"""The share of the baseline to reach, and that of listmonk 6.2 on a machine with two cores."""
CPU_SECONDS, MEMORY_MB = 10.0, 400.0


def measure(context: Context) -> list[Row]:
    """Measure throughput, CPU, memory at this size, and the cost of earlier campaigns."""
    what = f"{RECIPIENTS:,} recipients over SMTP, launch to last settle"
    if not sink.is_installed():
        return [
            not_measured(
                what,
                "smtp-sink and smtp-source (Debian's package postfix) are not installed",
                to_reach=f"{SHARE:.0%}",
            )
        ]
    recipients = context.size(RECIPIENTS)
    runs: list[Run] = []
    with sink.running() as mail_server:
        sessions, first = mail_server.best_source(messages=recipients // 5)
        baselines = [first]
        with installation(context, recipients, mail_server) as one, one.processes() as pids:
            for number in range(context.rounds(ROUNDS)):
                runs.append(run(one, pids, mail_server, name=f"Round {number + 1}"))
                baselines.append(mail_server.source(messages=recipients, sessions=sessions))
    baseline, rate = middle(baselines[1:]), middle(one.rate for one in runs)
    share = rate / baseline
    cpu = middle(one.usage.cpu / one.recipients * RECIPIENTS for one in runs)
    figures = {
        "rounds": [one.as_dict() for one in runs],
        "baseline_messages_a_second": [round(value) for value in baselines],
        "baseline_sessions": sessions,
        "times_listmonk": round(share / LISTMONK_SHARE, 2),
    }
    return [
        row(
            f"{recipients:,} recipients over SMTP, launch to last settle",
            f"{rate:,.0f}/s, {share:.0%} of smtp-source ({baseline:,.0f}/s)",
            to_reach=f"{SHARE:.0%}",
            met=share >= SHARE,
            **figures,
        ),
        row(
            "CPU of workers and clock for 100,000",
            f"{cpu:.1f} s",
            to_reach=f"{CPU_SECONDS:.0f} s",
            met=cpu <= CPU_SECONDS,
            seconds=[round(one.usage.cpu, 2) for one in runs],
        ),
        memory_row(runs),
        *([_history_row(runs)] if len(runs) == ROUNDS else []),
    ]


def _history_row(runs: list[Run]) -> Row:
    """Compare the last two campaigns with the second and third.

    The very first meets workers that have just been started.
    """
    first, last = (
        middle(one.sent.seconds / one.recipients for one in two) for two in (runs[1:3], runs[-2:])
    )
    factor = last / first
    return row(
        "time for one recipient, of the last of six campaigns to one list against the first",
        f"{factor:.2f} times",
        to_reach=f"{LATER} times",
        met=factor <= LATER,
        campaigns=len(runs),
    )


def memory_row(runs: list[Run]) -> Row:
    """Return the most memory that the workers took at any moment of these runs."""
    most = max(runs, key=lambda one: one.workers_mb)
    return row(
        f"memory (PSS) of all workers, {most.recipients:,} recipients",
        f"{most.workers_mb:.0f} MB, and {most.usage.pss.get(CLOCK, 0):.0f} MB of the clock",
        to_reach=f"{MEMORY_MB:.0f} MB",
        met=most.workers_mb <= MEMORY_MB,
        pss_mb=most.usage.pss,
        rss_mb=most.usage.rss,
    )


@contextmanager
def installation(context: Context, people: int, mail_server: sink.Sink) -> Iterator[Installation]:
    """Provide an installation whose campaigns go to `mail_server`."""
    with context.installation(
        people, BULK_MAILER_URL=f"smtp+plain://127.0.0.1:{mail_server.port}"
    ) as one:
        yield one


def run(one: Installation, pids: dict[str, int], mail_server: sink.Sink, *, name: str) -> Run:
    """Send one campaign.

    Raises:
        Wrong: not everybody was accepted, or the mail server counts more or fewer.
    """
    campaign_id = one.new_campaign(name)
    before, bytes_before, load_before = mail_server.messages, mail_server.bytes_read, load()
    with watched(pids, others={**one.servers(), "sink": mail_server.pid}) as usage:
        sent = one.send(campaign_id)
    taken, counts = mail_server.messages - before, one.counts(campaign_id)
    if not taken or not taken == counts["accepted"] == counts["candidates"]:
        raise Wrong(
            f"the mail server counts {taken} messages, the ledger says {counts}; the log: "
            f"{one.log()}"
        )
    return Run(
        taken,
        sent,
        usage,
        load_before,
        bytes_a_message=(mail_server.bytes_read - bytes_before) // taken,
    )
