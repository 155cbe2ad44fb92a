"""Celery beat, when the wall clock can't be trusted."""

import resource
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from celery import current_app
from celery.beat import PersistentScheduler
from celery.beat import Scheduler as MemoryScheduler

from config.env import BASE_DIR
from config.queues.beat import Scheduler
from config.schedule import SCHEDULE
from scripts.services import clean_environment

PATIENCE = 60
"""Seconds for the clock to start."""
SHORTEST = min(job["schedule"] for job in SCHEDULE.values())


def set_back(kind: type[MemoryScheduler], folder: Path) -> MemoryScheduler:
    """Return a scheduler whose jobs have just run, before the clock was set back by two hours."""
    scheduler = kind(app=current_app, schedule_filename=str(folder / "clock"))
    for entry in scheduler.schedule.values():
        entry.last_run_at = entry.default_now() + timedelta(hours=2)
    return scheduler


def test_a_wall_clock_that_is_set_back_does_not_stop_the_clock(tmp_path: Path) -> None:
    scheduler = set_back(Scheduler, tmp_path)

    assert 0 < scheduler.tick() <= SHORTEST
    assert not [
        entry
        for entry in scheduler.schedule.values()
        if entry.last_run_at is None or entry.last_run_at > entry.default_now()
    ]


def test_beat_by_itself_still_needs_that(tmp_path: Path) -> None:
    assert set_back(PersistentScheduler, tmp_path).tick() > SHORTEST


def test_a_clock_that_starts_finds_every_job_due(tmp_path: Path) -> None:
    """A job of every few hours would never run on a host whose clock is started every hour."""
    scheduler = Scheduler(app=current_app, schedule_filename=str(tmp_path / "clock"))
    assert all(entry.is_due()[0] for entry in scheduler.schedule.values())


class AskedToEnd(Scheduler):
    """A clock that gets SIGTERM while it sends a job."""

    sent = 0

    def apply_entry(self, entry: object, producer: object = None) -> None:
        self.sent += 1
        self.end()


def test_a_job_that_is_being_sent_at_sigterm_is_sent_before_the_clock_ends(tmp_path: Path) -> None:
    scheduler = AskedToEnd(app=current_app, schedule_filename=str(tmp_path / "clock"))
    with pytest.raises(SystemExit):
        scheduler.tick()
    assert scheduler.sent == 1


def test_a_clock_that_waits_ends_at_once(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        Scheduler(app=current_app, schedule_filename=str(tmp_path / "clock")).end()


@pytest.mark.journey
def test_sigterm_ends_the_clock(tmp_path: Path) -> None:
    environment = clean_environment() | {"VAR_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "celery", "--app", "config", "beat"]
    with subprocess.Popen(
        command, cwd=BASE_DIR, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        until = monotonic() + PATIENCE
        while not any((tmp_path / "queue").glob("*")):
            assert monotonic() < until, "it queues nothing"
            sleep(0.1)
        process.terminate()
        assert process.wait(PATIENCE) == 0


@pytest.mark.journey
def test_a_full_disk_does_not_stop_the_clock(tmp_path: Path) -> None:
    """Nothing can be written, not even the queue: it says so, and goes on."""
    environment = clean_environment() | {"VAR_DIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "celery", "--app", "config", "beat", "--loglevel", "INFO"]
    process = subprocess.Popen(
        command,
        cwd=BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        until = monotonic() + PATIENCE
        while not any((tmp_path / "queue").glob("*")):
            assert monotonic() < until, "it queues nothing"
            sleep(0.1)
        # No file may grow any more, as on a full disk.
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, 0))
        complaints = 0
        for line in process.stdout:
            complaints += "Message Error" in line
            if complaints > 2 * len(SCHEDULE):
                break
        assert complaints > 2 * len(SCHEDULE), "it ended"
    finally:
        process.kill()
        process.communicate()
