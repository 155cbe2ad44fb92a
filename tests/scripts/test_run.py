"""`make run` refuses what would end badly, with a sentence that says what to do."""

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import BASE_DIR
from scripts.services import free_port


def run(folder: Path, *, port: int | str) -> subprocess.CompletedProcess[str]:
    """`bin/run` after its set-up, which the tests' own environment has behind it."""
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "VAR_DIR": str(folder),
        "PORT": str(port),
    }
    return subprocess.run(
        [sys.executable, "-m", "scripts.run"],
        cwd=BASE_DIR,
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_second_one_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "run.lock").open("a+", encoding="ascii") as lock:
        lock.write("12345\n")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run(tmp_path, port=free_port())
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"Convene can't start. It is already running in {tmp_path} (process 12345)."
    )
    assert "PORT=9001 VAR_DIR=/somewhere make run" in done.stderr
    assert not (tmp_path / "convene.sqlite3").exists(), "nothing has been touched"


def test_a_port_that_somebody_else_listens_on_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(tmp_path, port=port)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Convene can't start. Port {port} can't be used")
    assert "Use another port: PORT=9001 make run" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("port", ["-", "http", "0", "65536"])
def test_a_port_that_is_none_is_refused(port: str, tmp_path: Path) -> None:
    done = run(tmp_path, port=port)
    assert done.returncode == 1
    assert "is not a port number from 1 to 65535" in done.stderr
    assert "Traceback" not in done.stderr
