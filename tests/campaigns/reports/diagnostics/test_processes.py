"""Check of the processes that run."""

from datetime import timedelta

import pytest

from campaigns.reports.diagnostics.finding import Level
from newsletter.core.db.clock import database_now
from newsletter.models import ProcessKind, RunningProcess
from tests.campaigns.reports.diagnostics.findings import found, to_mend
from tests.processes import run, run_all

pytestmark = pytest.mark.django_db
WORDS = {
    ProcessKind.WEB: "No web process runs",
    ProcessKind.WORKER: "sends confirmations",
    ProcessKind.SENDER: "sends campaigns",
    ProcessKind.CLOCK: "No clock runs",
}


def ago(seconds: float) -> object:
    return database_now() - timedelta(seconds=seconds)


def to_look_at() -> str:
    return " ".join(each.message for each in found("processes") if each.level is Level.LOOK)


def test_where_all_run_nothing_is_said() -> None:
    run_all()
    assert [(each.level, each.message) for each in found("processes")] == [
        (Level.FINE, "4 processes run, and each kind is there.")
    ]


def test_where_none_runs_all_are_missing() -> None:
    assert "No process of Convene runs" in to_mend("processes")


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("kind", ProcessKind)
@pytest.mark.parametrize("change", [{"seen_at": 40}, {"seen_at": 40, "ended_at": 31}])
def test_a_kind_that_was_killed_or_stopped_is_missing(
    kind: ProcessKind, change: dict[str, float]
) -> None:
    run_all()
    columns = {name: ago(seconds) for name, seconds in change.items()}
    RunningProcess.objects.filter(kind=kind).update(**columns)
    assert WORDS[kind] in to_mend("processes")
    run(kind)
    assert to_mend("processes") == ""


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize("kind", ProcessKind)
def test_a_kind_that_is_being_restarted_is_no_error(kind: ProcessKind) -> None:
    run_all()
    RunningProcess.objects.filter(kind=kind).update(ended_at=ago(3))
    assert to_mend("processes") == ""
    assert WORDS[kind] in to_look_at()
    RunningProcess.objects.update(ended_at=ago(3))
    assert to_mend("processes") == ""
    assert "No process of Convene runs" in to_look_at()


def test_all_that_is_missing_has_keys_of_its_own() -> None:
    run(ProcessKind.WEB)
    missing = [each.key for each in found("processes") if each.level is Level.MEND]
    assert len(missing) == len(set(missing)) == 4  # the clock, and three queues


def test_one_of_two_that_is_left_is_enough() -> None:
    run_all()
    run(ProcessKind.SENDER, seen_at=ago(600), host="lost")
    assert to_mend("processes") == ""


def test_an_installation_that_starts_is_given_a_minute() -> None:
    run(ProcessKind.WEB, seconds=20)
    assert to_mend("processes") == ""
    assert "may be starting" in to_look_at()
    run(ProcessKind.WORKER, seconds=20)
    RunningProcess.objects.update(started_at=ago(70))
    assert "No clock runs" in to_mend("processes")


def test_a_pool_that_lives_and_does_nothing_does_not_count() -> None:
    run_all()
    RunningProcess.objects.filter(kind=ProcessKind.SENDER).update(worked_at=ago(60))
    assert "The processes of queue bulk run, but have done nothing" in to_mend("processes")
    RunningProcess.objects.filter(kind=ProcessKind.SENDER).update(busy_since=ago(200))
    assert to_mend("processes") == ""  # a long task
    RunningProcess.objects.filter(kind=ProcessKind.SENDER).update(busy_since=ago(400))
    assert "queue bulk" in to_mend("processes")  # no task takes so long


def test_a_clock_that_lives_and_does_nothing_does_not_count_and_nobody_else_is_blamed() -> None:
    run_all()
    RunningProcess.objects.update(worked_at=ago(60))
    said = to_mend("processes")
    assert "The clock runs, but has done nothing" in said
    assert "queue" not in said


def test_workers_are_not_blamed_for_a_clock_that_has_just_come_back() -> None:
    run_all(worked_at=ago(500))
    RunningProcess.objects.filter(kind=ProcessKind.CLOCK).update(
        started_at=ago(5), worked_at=ago(0)
    )
    assert to_mend("processes") == ""


def test_different_versions_and_clocks_that_differ_are_told() -> None:
    run_all()
    run(ProcessKind.SENDER, host="two", version="0.2.0", ahead_by=-75.4)
    said = to_look_at()
    assert "0.1.0 on one; 0.2.0 on two" in said
    assert "The clock of two is 75 seconds behind the database's" in said
    assert "of one is" not in said
