"""Outages in the log: where PostgreSQL or Redis is away, one line a minute of each process."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import redis
from kombu.exceptions import OperationalError as QueueError

SAID_EVERY = 60.0
"""Seconds between two lines of one process about one outage."""

_AWAY = ("08", "57P", "53300")
"""SQLSTATEs, or their beginnings: no connection, shut down or starting, and no connection left."""


class Outages(logging.Filter):
    """A filter that lets one line a minute through about each outage, without its traceback.

    Everything fails while a database is away, and nothing of it is a fault of its own. The next
    line says how many were left unsaid.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without an outage.

        Args:
            clock: tells seconds.
        """
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._said: dict[str, _Said] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        outage = getattr(record, "outage", "") or getattr(record, "away", "")
        if not outage:
            return True
        with self._lock:
            now = self._clock()
            said = self._said.get(outage)
            if said is not None and now - said.at < SAID_EVERY:
                said.unsaid += 1
                return False
            self._said[outage] = _Said(at=now)
        record.exc_info = record.exc_text = record.stack_info = None
        record.outage = outage
        if (by := getattr(record, "away_by", "")) and by.partition(": ")[2] not in str(record.msg):
            record.msg = f"{record.msg} ({by})"
        if said is not None and said.unsaid:
            record.unsaid = said.unsaid
        return True


@dataclass
class _Said:
    """The last line about an outage."""

    at: float
    unsaid: int = 0


def outage_of(error: BaseException | None) -> str:
    """Return the name of the server that an error says is away, or an empty string.

    What a server answers, a refused statement or a time limit, is no outage.
    """
    for each in _causes(error):
        if isinstance(each, (redis.ConnectionError, redis.TimeoutError, QueueError)):
            return "Redis"
        if isinstance(each, psycopg.OperationalError) and _is_away(each.sqlstate):
            return "PostgreSQL"
        if isinstance(each, psycopg.InterfaceError) and "closed" in str(each):
            return "PostgreSQL"
    return ""


def _is_away(sqlstate: str | None) -> bool:
    """Return whether the server was away: without a state, nobody has answered."""
    return sqlstate is None or sqlstate.startswith(_AWAY)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
