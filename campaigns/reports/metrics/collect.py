"""Reading all figures for one scrape, and keeping them for some seconds."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from django.db import Error as DatabaseError
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.registry import Collector

from campaigns.reports.metrics import emails, host, processes, waiting
from campaigns.reports.metrics.gauges import gauge
from newsletter.core.db.clock import database_now

logger = logging.getLogger(__name__)

KEPT_FOR = 10.0
"""Seconds for which a process answers with the same figures, however many ask."""

type Read = Callable[[datetime], Iterable[Metric]]

_OF_HOST: Mapping[str, Read] = {"build": host.build, "disk": host.disk, "queues": host.queues}
_BY_ROWS: Mapping[str, Read] = {
    "emails": emails.emails,
    "waiting": waiting.waiting,
    "processes": processes.processes,
    "mailers": processes.mailers,
    "findings": processes.findings,
}


class Figures(Collector):
    """All figures that anybody can read now, the same on each host, except those of its disk."""

    def __init__(
        self, *, kept_for: float = KEPT_FOR, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Keep nothing yet.

        Args:
            kept_for: seconds.
            clock: tells seconds.
        """
        self._kept_for, self._clock = kept_for, clock
        self._lock = threading.Lock()
        self._read_at: float | None = None
        self._kept: list[Metric] = []

    def collect(self) -> Iterator[Metric]:
        with self._lock:
            if self._read_at is None or self._clock() - self._read_at >= self._kept_for:
                self._kept = list(_read_all())
                self._read_at = self._clock()
            kept = self._kept
        yield from kept


def _read_all() -> Iterator[Metric]:
    """Read each part. One that can't be read keeps no other from being told, and is named."""
    missing = {}
    for part, read in _OF_HOST.items():
        missing[part] = (found := _read(part, read, timezone.now())) is None
        yield from found or ()
    now: datetime | None = None
    try:
        now = database_now()
    except DatabaseError as error:
        logger.warning("Figures can't be read: the database doesn't answer (%s)", _kind(error))
    for part, read in _BY_ROWS.items():
        missing[part] = (found := _read(part, read, now) if now else None) is None
        yield from found or ()
    yield gauge(
        "figures_missing",
        "1 for a part of the figures that could not be read.",
        ("part",),
        {(part,): float(is_missing) for part, is_missing in missing.items()},
    )


def _read(part: str, read: Read, now: datetime) -> list[Metric] | None:
    try:
        return list(read(now))
    except Exception as error:  # noqa: BLE001 - whatever fails, the rest is told
        logger.warning("Figures of %s can't be read (%s)", part, _kind(error))
        return None


def _kind(error: Exception) -> str:
    return type(error).__name__
