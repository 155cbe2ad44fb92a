"""A process that says that it runs, and what it works on, every few seconds.

A thread of the process itself says so: one that is killed, stopped or stuck as a whole is silent.
What it works on is noted where the work is done, so that a process which lives and does nothing is
told from one that works.
"""

import logging
import os
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from newsletter.core.code_version import code_version
from newsletter.core.db.clock import database_now
from newsletter.models import ProcessKind, RunningProcess

EVERY = 10.0
"""Seconds between two beats."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Heartbeat:
    """The heart of this process.

    Attributes:
        queues: those that a worker takes tasks from.
        worked: when it last ended a piece of work, by time.monotonic().
        busy: since when it is at one; None: it isn't.
        answered: when the database last took a beat, or this process began.
    """

    kind: ProcessKind
    queues: tuple[str, ...] = ()
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    started: float = field(default_factory=time.monotonic)
    worked: float = field(default_factory=time.monotonic)
    busy: float | None = None
    answered: float = field(default_factory=time.monotonic)
    _end: threading.Event = field(default_factory=threading.Event)
    _failed: bool = False

    def begin_work(self) -> None:
        """Note that a piece of work begins."""
        self.busy = time.monotonic()

    def end_work(self) -> None:
        """Note that it has ended."""
        self.busy, self.worked = None, time.monotonic()

    def start(self) -> None:
        """Beat from now on, in a thread that ends with the process."""
        threading.Thread(target=self._go_on, name="heartbeat", daemon=True).start()

    def stop(self) -> None:
        """Beat no more: this process ends as it should."""
        self._end.set()
        try:
            note_end(self)
        except Exception as error:  # noqa: BLE001 - a process ends whatever the database does
            logger.warning("The heartbeat's end can't be written (%s).", type(error).__name__)

    def unanswered_for(self) -> float:
        """Return the seconds for which the database has taken no beat."""
        return time.monotonic() - self.answered

    def wait_for_end(self, seconds: float) -> bool:
        """Wait, and return whether this process ends."""
        return self._end.wait(seconds)

    def _go_on(self) -> None:
        while not self._end.is_set():
            self._beat_safely()
            self._end.wait(EVERY)

    def _beat_safely(self) -> None:
        # The next beat is the repetition: none is worth waiting for, and none may end the thread.
        try:
            beat(self)
            self._failed, self.answered = False, time.monotonic()
        except Exception as error:  # noqa: BLE001 - whatever fails, the process works on
            if not self._failed:
                logger.warning("The heartbeat can't be written (%s).", type(error).__name__)
            self._failed = True
        finally:
            connection.close()  # it isn't needed for seconds


def beat(heart: Heartbeat) -> None:
    """Write that a process runs: its row is updated, or made where there is none.

    Args:
        heart: of this process.
    """
    now, present = database_now(), time.monotonic()

    def moment(then: float) -> datetime:
        return now - timedelta(seconds=max(0.0, present - then))

    seen = {
        "seen_at": now,
        "worked_at": moment(heart.worked),
        "busy_since": None if heart.busy is None else moment(heart.busy),
        "ahead_by": (timezone.now() - now).total_seconds(),
    }
    if RunningProcess.objects.filter(key=heart.key).update(**seen) or heart._end.is_set():
        return
    place = {
        "host": os.uname().nodename[:255],
        "kind": heart.kind,
        "queues": ",".join(heart.queues)[:200],
    }
    RunningProcess.objects.filter(**place, ended_at__isnull=False).delete()
    RunningProcess.objects.create(
        key=heart.key,
        **place,
        pid=os.getpid(),
        version=str(code_version())[:80],
        started_at=moment(heart.started),
        **seen,
    )


def note_end(heart: Heartbeat) -> None:
    """Write that a process ends, so that a restart isn't taken for a loss."""
    RunningProcess.objects.filter(key=heart.key).update(ended_at=database_now())
