"""The clock, when the wall clock is not to be trusted."""

from datetime import timedelta
from pathlib import Path

from celery import current_app
from celery.beat import PersistentScheduler

from config.beat import Scheduler
from config.schedule import SCHEDULE

SHORTEST = min(job["schedule"] for job in SCHEDULE.values())


def set_back(kind: type[PersistentScheduler], folder: Path) -> PersistentScheduler:
    """A scheduler all of whose jobs ran a moment ago, by a wall clock that has been set back by two hours since."""
    scheduler = kind(app=current_app, schedule_filename=str(folder / "clock"))
    for entry in scheduler.schedule.values():
        entry.last_run_at = entry.default_now() + timedelta(hours=2)
    return scheduler


def test_a_wall_clock_that_is_set_back_does_not_stop_the_clock(tmp_path: Path) -> None:
    scheduler = set_back(Scheduler, tmp_path)

    assert 0 < scheduler.tick() <= SHORTEST
    assert not [entry for entry in scheduler.schedule.values() if entry.last_run_at is None or entry.last_run_at > entry.default_now()]


def test_beat_by_itself_still_needs_that(tmp_path: Path) -> None:
    assert set_back(PersistentScheduler, tmp_path).tick() > SHORTEST
