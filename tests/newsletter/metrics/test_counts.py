"""What real processes count is added up, however they end."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.env import BASE_DIR
from newsletter.metrics.counts import Counts, fold_ended
from newsletter.metrics.folder import metrics_folder
from scripts.services import clean_environment


def start(var_dir: Path, end: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.newsletter.metrics.counting_process", str(var_dir), end],
        cwd=BASE_DIR,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "counted\n"
    return process


@pytest.fixture
def alive(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = start(tmp_path, "waits")
    yield process
    process.kill()
    process.communicate()


def told(var_dir: Path) -> dict[str, float]:
    """Return the sums of forms, of emails, and of those that took up to 25 and 50 ms."""
    samples = {
        (sample.name, sample.labels.get("le", "")): sample.value
        for metric in Counts(metrics_folder(var_dir)).collect()
        for sample in metric.samples
    }
    return {
        "forms": samples[("convene_forms_total", "")],
        "emails": samples[("convene_handed_over_total", "")],
        "timed": samples[("convene_hand_over_seconds_count", "")],
        "seconds": pytest.approx(samples[("convene_hand_over_seconds_sum", "")]),  # type: ignore[dict-item] # to be compared
        "quick": samples[("convene_hand_over_seconds_bucket", "0.025")],
        "usual": samples[("convene_hand_over_seconds_bucket", "0.05")],
    }


def sums(number: int) -> dict[str, float]:
    return {
        "forms": number,
        "emails": number,
        "timed": number,
        "seconds": number * 0.03,
        "quick": 0,
        "usual": number,
    }


def files(var_dir: Path) -> set[str]:
    return {path.name for path in metrics_folder(var_dir).glob("*.db")}


def test_processes_and_their_forks_are_added_up(tmp_path: Path) -> None:
    start(tmp_path, "ends").communicate()
    start(tmp_path, "forks").communicate()

    assert sums(4) == told(tmp_path)
    assert len(files(tmp_path)) == 6


def test_one_that_is_killed_has_counted_all_the_same(
    tmp_path: Path, alive: subprocess.Popen[str]
) -> None:
    alive.send_signal(signal.SIGKILL)
    alive.wait()

    assert sums(1) == told(tmp_path)


def test_those_that_have_ended_become_one_file_and_sums_never_fall(
    tmp_path: Path, alive: subprocess.Popen[str]
) -> None:
    for _ in range(2):
        start(tmp_path, "ends").communicate()
        before = told(tmp_path)
        assert fold_ended(metrics_folder(tmp_path)) == 2
        assert before == told(tmp_path)

    assert sums(3) == told(tmp_path)
    kinds = ("counter", "histogram")
    assert files(tmp_path) == {f"{kind}_{who}.db" for kind in kinds for who in ("ended", alive.pid)}
    assert fold_ended(metrics_folder(tmp_path)) == 0


def test_what_was_counted_before_the_machine_was_started_is_deleted(tmp_path: Path) -> None:
    earlier = tmp_path / "metrics" / "another-run"
    earlier.mkdir(parents=True)
    (earlier / "counter_1.db").write_bytes(b"damaged")

    fold_ended(metrics_folder(tmp_path))

    assert not earlier.exists()


def test_nobody_else_may_read_them_and_each_has_its_place_on_the_disk(
    tmp_path: Path, alive: subprocess.Popen[str]
) -> None:
    folder = metrics_folder(tmp_path)

    assert folder.stat().st_mode & 0o077 == 0
    for path in folder.glob("*.db"):
        assert path.stat().st_mode & 0o077 == 0
        assert path.stat().st_blocks * 512 >= path.stat().st_size > 100_000


def test_a_damaged_file_is_told_and_keeps_nothing_else_from_being_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = metrics_folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / f"counter_{os.getpid()}.db").write_bytes(b"\0\x10\0\0" + b"\xff" * 4092)

    [missing] = list(Counts(folder).collect())

    assert (missing.name, missing.samples[0].value) == ("convene_counts_missing", 1)
    assert "can't be read" in caplog.text


def test_before_anything_is_counted_nothing_is_missing(tmp_path: Path) -> None:
    [missing] = list(Counts(metrics_folder(tmp_path)).collect())
    assert missing.samples[0].value == 0
