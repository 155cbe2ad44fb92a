"""Heartbeats: a row for each process that runs, which says when it ended as it should."""

from datetime import timedelta

import pytest
from django.db import connection

from newsletter.core.code_version import code_version
from newsletter.core.db.clock import database_now
from newsletter.heartbeat.beat import Heartbeat, beat
from newsletter.models import ProcessKind, RunningProcess
from newsletter.retention.forget import forget_processes
from tests.processes import run

pytestmark = pytest.mark.django_db


def test_beats_of_one_process_are_one_row() -> None:
    heart = Heartbeat(ProcessKind.SENDER, ("bulk",))
    beat(heart)
    first = RunningProcess.objects.get()
    assert (first.kind, first.queue_names) == (ProcessKind.SENDER, ["bulk"])
    assert first.version == str(code_version())
    assert abs(first.ahead_by) < 60
    beat(heart)
    again = RunningProcess.objects.get()
    assert again.seen_at > first.seen_at
    assert again.started_at == first.started_at


def test_work_is_noted_with_its_beginning_and_end() -> None:
    heart = Heartbeat(ProcessKind.WORKER, ("clock",))
    beat(heart)
    before = RunningProcess.objects.get()
    assert before.busy_since is None
    heart.begin_work()
    beat(heart)
    assert RunningProcess.objects.get().busy_since is not None
    heart.end_work()
    beat(heart)
    after = RunningProcess.objects.get()
    assert after.busy_since is None
    assert after.worked_at > before.worked_at


def test_a_row_that_a_restored_database_lost_is_made_again() -> None:
    heart = Heartbeat(ProcessKind.CLOCK)
    beat(heart)
    RunningProcess.objects.all().delete()
    beat(heart)
    assert RunningProcess.objects.filter(key=heart.key).count() == 1


def test_a_process_that_ends_says_so_of_itself_alone() -> None:
    other, heart = Heartbeat(ProcessKind.CLOCK), Heartbeat(ProcessKind.CLOCK)
    beat(other)
    beat(heart)
    heart.stop()
    beat(heart)  # one that was under way
    assert RunningProcess.objects.get(ended_at=None).key == other.key


def test_a_process_that_never_beat_leaves_no_row_at_its_end() -> None:
    heart = Heartbeat(ProcessKind.CLOCK)
    heart.stop()
    beat(heart)
    assert not RunningProcess.objects.exists()


def test_a_row_that_ended_goes_when_another_takes_its_place() -> None:
    ended = Heartbeat(ProcessKind.SENDER, ("bulk",))
    beat(ended)
    ended.stop()
    clock, sender = Heartbeat(ProcessKind.CLOCK), Heartbeat(ProcessKind.SENDER, ("bulk",))
    beat(clock)
    assert RunningProcess.objects.filter(key=ended.key).exists()
    beat(sender)
    assert set(RunningProcess.objects.values_list("key", flat=True)) == {clock.key, sender.key}


@pytest.mark.django_db(transaction=True)
def test_a_database_that_refuses_is_logged_once_and_harms_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    heart, table = Heartbeat(ProcessKind.WEB), RunningProcess._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
    try:
        for _ in range(3):
            heart._beat_safely()
        heart.stop()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE elsewhere RENAME TO {table}")
    assert caplog.text.count("heartbeat can't be written") == 1
    assert "end can't be written" in caplog.text


def test_rows_of_the_dead_go_after_a_day() -> None:
    now = database_now()
    run(ProcessKind.WEB, key="old", seen_at=now - timedelta(hours=25))
    run(ProcessKind.WEB, key="new", seen_at=now - timedelta(hours=23))
    assert forget_processes() == 1
    assert RunningProcess.objects.get().key == "new"
