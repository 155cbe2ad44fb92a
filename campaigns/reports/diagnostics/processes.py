"""Check that a process of each kind runs and works, by what each says of itself.

All moments are by the database's clock, so a host whose own is off is judged rightly.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from campaigns.reports.diagnostics.finding import Found, Level, Said
from newsletter.core.db.clock import database_now
from newsletter.models import ProcessKind, RunningProcess

SILENT = timedelta(seconds=35)
"""Three beats are missing: one may be late, and one lost."""
IDLE = timedelta(seconds=55)
"""The clock gives each queue something to do every 5 to 15 seconds."""
LONGEST = timedelta(seconds=330)
"""A task is ended after 300 seconds (config.celery)."""
CLOCKS_APART = 5.0
"""Seconds between the clocks of a host and of the database."""
NEEDED = {
    "transactional": "sends confirmations and other single emails",
    "bulk": "sends campaigns",
    "clock": "does what the clock asks for",
}
"""What a worker of each queue does."""


def processes() -> Found:
    """Check that each kind of process runs and works, in one version, by clocks that agree."""
    now = database_now()
    seen = RunningProcess.objects.filter(seen_at__gte=now - SILENT).order_by("pk")
    rows = [row for row in seen if row.ended_at is None]
    ended = {part for row in seen if row.ended_at for part in _parts(row)}
    if not rows:
        yield (
            Level.LOOK if ended else Level.MEND,
            "No process of Convene runs. Start web, worker, sender and clock (deploy/README.md).",
        )
        return
    missing = list(_missing(rows, now))
    # Beside a process that has run for a minute, another doesn't just start.
    starting = now - min(row.started_at for row in rows) < IDLE
    for about, words in missing:
        if starting or about in ended:
            yield Said(Level.LOOK, f"{words} It may be starting: look again in a minute.", about)
        else:
            yield Said(Level.MEND, f"{words} Restart it; its log says what happened.", about)
    yield from _versions(rows)
    yield from _clocks(rows)
    if not missing:
        yield Level.FINE, f"{len(rows)} processes run, and each kind is there."


def _parts(row: RunningProcess) -> list[str]:
    """Return what may be missing without a process, as findings name it."""
    return [row.kind, *map(_queue, row.queue_names)]


def _queue(name: str) -> str:
    return f"queue {name}"


def _missing(rows: list[RunningProcess], now: datetime) -> Iterable[tuple[str, str]]:
    of_clock = [row for row in rows if row.kind == ProcessKind.CLOCK]
    clock_works = any(now - row.worked_at < IDLE for row in of_clock)
    if not of_clock:
        yield "clock", "No clock runs: nothing starts, is woken or tried again."
    elif not clock_works:
        yield "clock", "The clock runs, but has done nothing for a minute."
    # A clock that has only just come hasn't asked anybody yet.
    has_asked = clock_works and any(now - row.started_at > IDLE for row in of_clock)
    for queue, work in NEEDED.items():
        takers = [row for row in rows if queue in row.queue_names]
        if not takers:
            yield _queue(queue), f"No process {work} (queue {queue})."
        elif has_asked and not any(_works(row, now) for row in takers):
            words = f"The processes of queue {queue} run, but have done nothing for a minute."
            yield _queue(queue), words
    if not any(row.kind == ProcessKind.WEB for row in rows):
        yield "web", "No web process runs."


def _works(row: RunningProcess, now: datetime) -> bool:
    if row.busy_since is not None:
        return now - row.busy_since < LONGEST
    return now - row.worked_at < IDLE


def _versions(rows: list[RunningProcess]) -> Found:
    versions = sorted({row.version for row in rows})
    if len(versions) > 1:
        hosts = sorted({f"{row.version} on {row.host}" for row in rows})
        yield Said(
            Level.LOOK,
            f"Processes of different versions run: {'; '.join(hosts)}. After an upgrade, restart "
            f"all of them.",
            "versions",
        )


def _clocks(rows: list[RunningProcess]) -> Found:
    apart: dict[str, float] = {}
    for row in rows:
        if abs(row.ahead_by) > CLOCKS_APART:
            apart[row.host] = row.ahead_by
    for host, seconds in sorted(apart.items()):
        direction = "ahead of" if seconds > 0 else "behind"
        yield Said(
            Level.LOOK,
            f"The clock of {host} is {abs(seconds):.0f} seconds {direction} the database's. Set "
            f"both by NTP.",
            f"clock of {host}",
        )
