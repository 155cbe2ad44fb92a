"""The processes of `make run`: kept alive, told apart in one log, stopped with care."""

import os
import select
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

from config.env import BASE_DIR

PATIENCE = 30
"""Seconds until a line that must come counts as missing."""


class Running:
    """A supervisor in a process of its own, and its log."""

    def __init__(self, folder: Path, procfile: str) -> None:
        (folder / "Procfile").write_text(textwrap.dedent(procfile), encoding="utf-8")
        program = f"""
            import asyncio, os, pathlib, sys
            from scripts.supervise import Supervisor
            async def main():
                folder = pathlib.Path("{folder}")
                environment = dict(os.environ) | dict(GREETING="good morning")
                supervisor = Supervisor(
                    folder / "Procfile", environment=environment, pids=folder / "run"
                )
                async def started():
                    supervisor.say("greetings")
                return await supervisor.run(when_started=started)
            sys.exit(asyncio.run(main()))
        """
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(program)],
            cwd=BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.log: list[str] = []
        self._lines: Queue[str] = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def until(self, text: str) -> str:
        """Wait for a line with `text`."""
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE)
            except Empty:
                pytest.fail(f"{text!r} did not come; the log:\n{''.join(self.log)}")
            self.log.append(line)
            if text in line:
                return line

    def pid(self, name: str) -> int:
        return int((self.folder / "run" / f"{name}.pid").read_text(encoding="ascii"))


def ends(pidfd: int) -> bool:
    """Return whether the process ends in time, or has ended already."""
    ended, _, _ = select.select([pidfd], [], [], PATIENCE)
    os.close(pidfd)
    return bool(ended)


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[[str], Running]]:
    started: list[Running] = []

    def start(procfile: str) -> Running:
        started.append(Running(tmp_path, procfile))
        return started[-1]

    yield start
    for running in started:
        running.process.kill()
        running.process.wait()


def test_each_line_says_which_process_wrote_it(supervise: Callable[[str], Running]) -> None:
    running = supervise(
        "web: sh -c 'echo $GREETING; sleep 600'\nworker: sh -c 'sleep 0.5; echo hello; sleep 600'\n"
    )
    assert " web " in running.until("| good morning")
    assert " worker " in running.until("| hello")


def test_a_killed_process_is_started_again_with_a_note_and_its_children_are_gone(
    supervise: Callable[[str], Running],
) -> None:
    running = supervise("worker: sh -c 'sleep 600 & echo child $!; wait'\n")
    child = os.pidfd_open(int(running.until("| child").split()[-1]))
    first = running.pid("worker")
    os.kill(first, signal.SIGKILL)
    running.until("was killed by SIGKILL; starting it again")
    running.until("| child")
    assert running.pid("worker") != first
    assert ends(child)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_all_are_asked_to_stop_and_may_finish_what_is_in_flight(
    number: signal.Signals, supervise: Callable[[str], Running]
) -> None:
    running = supervise(
        'worker: sh -c \'trap "echo finishing; exit 0" TERM; echo up; while :; do sleep 0.1; '
        "done'\n"
    )
    running.until("| up")
    running.process.send_signal(number)
    running.until("| finishing")
    running.until("| stopped")
    assert running.process.wait(PATIENCE) == 0
    assert not list((running.folder / "run").iterdir())


PARENT = """
import signal, subprocess
signal.signal(signal.SIGTERM, lambda *_: None)
subprocess.run(["sh", "-c", "trap 'echo torn' TERM; echo up; sleep 1; echo whole"])
"""


def test_the_signal_reaches_the_process_alone_and_not_its_children(
    supervise: Callable[[str], Running], tmp_path: Path
) -> None:
    """Celery's children are in the middle of a dispatch; their parent tells them when to end."""
    (tmp_path / "parent.py").write_text(PARENT, encoding="utf-8")
    running = supervise(f"worker: {sys.executable} -u {tmp_path}/parent.py\n")
    running.until("| up")
    running.process.send_signal(signal.SIGTERM)
    running.until("| whole")
    running.until("| stopped")
    assert not any("torn" in line for line in running.log)


def test_a_second_signal_stops_at_once_what_would_not(supervise: Callable[[str], Running]) -> None:
    running = supervise("worker: sh -c 'trap \"\" TERM; echo up; while :; do sleep 0.1; done'\n")
    running.until("| up")
    running.process.send_signal(signal.SIGINT)
    running.until("work in progress")
    running.process.send_signal(signal.SIGINT)
    running.until("| stopped")
    assert running.process.wait(PATIENCE) == 0


@pytest.mark.thorough
def test_a_process_that_would_not_live_ends_all_with_an_honest_exit_code(
    supervise: Callable[[str], Running],
) -> None:
    running = supervise("web: sleep 600\nworker: sh -c 'echo broken; exit 3'\n")
    running.until("ended with exit code 3 3 times in a row; giving up")
    running.until("worker could not be kept alive")
    assert running.process.wait(PATIENCE) == 1


def test_nothing_survives_a_supervisor_that_is_killed(supervise: Callable[[str], Running]) -> None:
    running = supervise("worker: sh -c 'echo up; exec sleep 600'\n")
    running.until("| up")
    worker = os.pidfd_open(running.pid("worker"))
    running.process.kill()
    assert ends(worker)


def test_a_line_too_long_to_show_does_not_stop_the_log(supervise: Callable[[str], Running]) -> None:
    program = "print('x' * 3_000_000); print('after'); import time; time.sleep(600)"
    running = supervise(f"""worker: {sys.executable} -u -c "{program}"\n""")
    running.until("too long to show")
    running.until("| after")
