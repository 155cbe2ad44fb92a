"""The clock's own clock: Celery beat, which counts by the wall clock, made safe for one that is set back."""

from typing import Any

from celery.beat import PersistentScheduler


class Scheduler(PersistentScheduler):
    """Beat remembers by the wall clock when each job ran last. After that was set back by two hours, jobs of every few seconds
    would not run for two hours: nothing would be recovered, woken or finished."""

    def tick(self, *arguments: Any, **options: Any) -> float:
        """Run what is due. Returns the seconds until something may be due again."""
        entries = self.schedule.values()
        ahead = [entry for entry in entries if entry.last_run_at is not None and entry.last_run_at > entry.default_now()]
        for entry in ahead:
            entry.last_run_at = entry.default_now()
        if ahead:
            self._heap = None  # its order was that of the other time
        seconds: float = super().tick(*arguments, **options)
        return seconds
