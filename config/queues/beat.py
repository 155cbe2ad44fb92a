"""Celery beat, the clock's scheduler, made safe against a clock set back and a full disk."""

from datetime import timedelta
from typing import Any

from celery import platforms
from celery.beat import Scheduler as MemoryScheduler
from celery.signals import beat_init

from config import heartbeats
from config.schedule import SCHEDULE


class Scheduler(MemoryScheduler):
    """Celery's scheduler without its file.

    Celery's own remembers in a file when each job ran last, and ends when it can't write that. The
    clock must go on even then, because it is what recovers and finishes.

    At its start every job is due. A job does no more than rows call for, so one that ran a minute
    ago finds nothing to do, and one of every few hours runs however often the clock is started
    again.
    """

    def setup_schedule(self) -> None:
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now() - timedelta(
                seconds=SCHEDULE[str(entry.name)]["schedule"]
            )

    is_ticking = is_to_end = False

    def end(self, *_: object) -> None:
        """End at SIGTERM, after the tick that is under way.

        Celery's own handler closes everything in the middle of whatever goes on, and raises
        SystemExit there. Where that is a question to Redis, the answer's reader fails on what was
        closed; that is logged as a job that couldn't be sent, and the clock goes on for ever.

        Raises:
            SystemExit: no tick is under way.
        """
        self.is_to_end = True
        if not self.is_ticking:
            raise SystemExit

    def tick(self, *arguments: Any, **options: Any) -> float:
        """Run what is due, and return the seconds until something may be due again.

        Raises:
            SystemExit: the process was asked to end meanwhile.
        """
        self.is_ticking = True
        try:
            seconds = self._tick(*arguments, **options)
        finally:
            self.is_ticking = False
        if self.is_to_end:
            raise SystemExit
        return seconds

    def _tick(self, *arguments: Any, **options: Any) -> float:
        """Run what is due.

        After the wall clock was set back by two hours, jobs of every few seconds would not run for
        two hours: nothing would be recovered, woken or finished.
        """
        entries = self.schedule.values()
        ahead = [
            entry
            for entry in entries
            if entry.last_run_at is not None and entry.last_run_at > entry.default_now()
        ]
        for entry in ahead:
            entry.last_run_at = entry.default_now()
        if ahead:
            self._heap = None  # its order was that of the time before the change
        seconds: float = super().tick(*arguments, **options)
        heartbeats.worked()
        return seconds

    def close(self) -> None:
        """End, which the others learn from the row that is gone."""
        super().close()
        heartbeats.stop()


@beat_init.connect(weak=False)
def _end_between_ticks(sender: Any, **_: object) -> None:
    """Take the place of Celery's handler, which was installed just before."""
    platforms.signals.update(SIGTERM=sender.scheduler.end, SIGINT=sender.scheduler.end)
