"""A restore and the processes of an installation exclude one another on a host."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import BASE_DIR
from newsletter.core.running_lock import (
    FILE_NAME,
    UNFINISHED_RESTORE,
    BeingRestored,
    IsRunning,
    running_lock_for_oneself,
    share_running_lock,
)
from scripts.services import clean_environment

HOLD = """
import sys, pathlib
from newsletter.core.running_lock import share_running_lock
share_running_lock(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def start(folder: Path) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        cwd=BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "held\n"
    return started


def test_processes_share_it_and_a_restore_waits_for_none_of_them(tmp_path: Path) -> None:
    first, second = start(tmp_path), start(tmp_path)
    for each in (first, second):
        with pytest.raises(IsRunning), running_lock_for_oneself(tmp_path):
            pass
        os.kill(each.pid, signal.SIGKILL)
        each.communicate()

    with running_lock_for_oneself(tmp_path):
        assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_nothing_starts_while_a_restore_is_at_work(tmp_path: Path) -> None:
    with running_lock_for_oneself(tmp_path):
        with pytest.raises(BeingRestored):
            share_running_lock(tmp_path)
        with pytest.raises(IsRunning), running_lock_for_oneself(tmp_path):
            pass


def test_a_process_that_can_t_hold_it_goes_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    share_running_lock(tmp_path / "gone")
    assert "running.lock can't be held (No such file or directory)" in caplog.text


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize(
    "command",
    [
        ["gunicorn", "config.wsgi", "--config", "config/gunicorn.py", "--bind", "127.0.0.1:0"],
        ["celery", "--app", "config", "worker", "--concurrency", "1"],
        ["celery", "--app", "config", "beat"],
    ],
    ids=["web", "worker", "clock"],
)
def test_each_process_refuses_to_start_while_a_restore_is_at_work(
    tmp_path: Path, command: list[str]
) -> None:
    with running_lock_for_oneself(tmp_path):
        ended = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=BASE_DIR,
            env=clean_environment() | {"VAR_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert ended.returncode == 1
    assert "A backup is being restored here. Start again when that is done." in ended.stderr


def test_nothing_starts_where_a_restore_was_cut_short(tmp_path: Path) -> None:
    """Its database may be the backup's, without what is to be asked before anything is sent."""
    (tmp_path / UNFINISHED_RESTORE).touch()
    with pytest.raises(BeingRestored, match="Run the same manage.py restore again"):
        share_running_lock(tmp_path)
    with running_lock_for_oneself(tmp_path):
        pass  # the restore itself goes on
