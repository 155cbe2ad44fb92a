"""Celery beat, the clock's scheduler, made safe against a clock set back and a full disk."""

from datetime import timedelta
from typing import Any

from celery.beat import Scheduler as MemoryScheduler

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

    def tick(self, *arguments: Any, **options: Any) -> float:
        """Run what is due, and return the seconds until something may be due again.

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
        return seconds
