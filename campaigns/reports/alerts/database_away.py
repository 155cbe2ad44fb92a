"""Telling that the database is away, of which none of its rows can tell.

Each process knows by its heartbeat. One of each host tells, by a file that it locks, and whose
words let the next one go on where it was killed: nobody is told twice, nor left without the end.
"""

import fcntl
import json
import logging
import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from django.conf import settings
from django.utils import timezone

from campaigns.models import OpenFinding
from campaigns.reports.alerts.by_email import NotTold
from campaigns.reports.alerts.channel_turn import LONGEST_PAUSE
from campaigns.reports.alerts.tell import alert_of, channels_of
from campaigns.reports.diagnostics.finding import Level
from newsletter.core.outbound.reach import PUBLIC, Reach
from newsletter.core.private_files import give_to_owner_of, open_private

FILE_NAME = "database-away.json"
AWAY = 45.0
"""Seconds without an answer after which somebody is told: a restart takes less."""
BACK = 20.0
"""Seconds within which it has answered again; a beat comes every 10 seconds."""
WORDS = (
    "The database doesn't answer: nothing is sent, and pages answer HTTP 503. Start it, or "
    "restore the network to it; nothing is lost, and all goes on by itself."
)

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Outage:
    """One outage, as far as this host has told of it.

    Attributes:
        told: the names of channels that told it.
    """

    since: datetime
    told: list[str] = field(default_factory=list)

    @classmethod
    def from_json(cls, text: str) -> Self | None:
        """Read what `to_json` wrote; None where that was cut short, or nothing was told."""
        try:
            read = json.loads(text)
            return cls(datetime.fromisoformat(read["since"]), [str(each) for each in read["told"]])
        except (ValueError, TypeError, KeyError):
            return None

    def to_json(self) -> str:
        return json.dumps({"since": self.since.isoformat(), "told": self.told})


class DatabaseWatch:
    """The watch of one process over the database, which it asks nothing."""

    def __init__(self) -> None:
        self._file: int | None = None
        self._outage: Outage | None = None
        self._next_try: dict[str, datetime] = {}

    def look(self, unanswered_for: float, *, reach: Reach = PUBLIC) -> None:
        """Tell somebody that the database is away, or that it is back.

        Args:
            unanswered_for: seconds since it last answered.
            reach: what requests may open.
        """
        if unanswered_for >= AWAY and self._is_mine():
            since = timezone.now() - timedelta(seconds=unanswered_for)
            self._outage = self._outage or self._read() or Outage(since)
            self._tell(self._outage, reach)
        elif unanswered_for < BACK and self._is_to_be_ended() and self._is_mine():
            if (outage := self._outage or self._read()) is not None:
                self._tell_end(outage, reach)
            self._let_go()

    def _is_to_be_ended(self) -> bool:
        """Return whether somebody was told by this process, or by one that ended meanwhile."""
        if self._outage is not None:
            return True
        with suppress(OSError):
            return self._path.stat().st_size > 0
        return False

    def _is_mine(self) -> bool:
        """Return whether this process tells for its host; it does so until the database is back.

        Where no file can be made, it tells all the same: another may, too, and once too often is
        better than never.
        """
        if self._file is not None:
            return True
        try:
            file = open_private(self._path, os.O_RDWR)
        except OSError as error:
            logger.warning("%s can't be opened (%s)", self._path, error.strerror or error)
            return True
        try:
            give_to_owner_of(self._path.parent, file)
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        self._file = file
        return True

    def _tell(self, outage: Outage, reach: Reach) -> None:
        row = _finding(outage)
        for name, send in channels_of(reach, from_memory=True).items():
            now = timezone.now()
            if name in outage.told or now < self._next_try.get(name, now):
                continue
            try:
                send(alert_of([row], []), _nobody_waits)
            except NotTold as error:
                logger.error("Alerts can't be told by %s: %s", name, error)
                if not error.others_were:
                    self._next_try[name] = now + min(now - outage.since, LONGEST_PAUSE)
                    continue
            outage.told.append(name)
            self._write(outage.to_json())

    def _tell_end(self, outage: Outage, reach: Reach) -> None:
        row = _finding(outage)
        for name, send in channels_of(reach, from_memory=True).items():
            if name in outage.told:
                try:
                    send(alert_of([], [row]), _nobody_waits)
                except NotTold as error:
                    logger.error("Alerts can't be told by %s: %s", name, error)

    def _let_go(self) -> None:
        self._write("")
        self._close()
        self._outage = None
        self._next_try.clear()

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file = None

    def _read(self) -> Outage | None:
        if self._file is None:
            return None
        return Outage.from_json(os.pread(self._file, 4096, 0).decode(errors="replace"))

    def _write(self, text: str) -> None:
        if self._file is None:
            return
        try:
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, text.encode(), 0)
        except OSError as error:
            # What was told is in memory. Only a process that follows this one would tell it again.
            logger.warning("%s can't be written (%s)", self._path, error.strerror or error)

    @property
    def _path(self) -> Path:
        return Path(settings.VAR_DIR) / FILE_NAME


def _nobody_waits() -> None:
    """Do nothing: the lock of the file keeps others away for as long as it takes."""


def _finding(outage: Outage) -> OpenFinding:
    host = os.uname().nodename
    return OpenFinding(
        key=f"database: away from {host}",
        check_name="database",
        level=Level.MEND,
        words=f"{WORDS} (Seen from {host}.)",
        since=outage.since,
        seen_at=outage.since,
    )
