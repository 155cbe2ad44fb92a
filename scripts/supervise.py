"""Keep the processes of a Procfile running, in one log, and stop them with care.

honcho reads the Procfile and prints the log. It does not run the processes, because it stops
everything when one process dies, and stops whole process groups at once and for good after five
seconds. That would tear Celery's children out of a dispatch and leave mail in doubt.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from honcho.colour import get_colours
from honcho.environ import parse_procfile
from honcho.printer import Message, Printer

from scripts import forked

SECONDS_TO_STOP = 30
"""Time for what is in flight: a dispatch may take 23 s. A second Ctrl-C shortens it."""
SHORT_LIFE = 5
"""Seconds. A process that lives no longer than this after its start is not well."""
SHORT_LIVES_IN_A_ROW = 3
"""After so many, starting it once more would only fill the log."""
LONGEST_LINE = 1_000_000
"""Bytes of the log."""


class Process:
    """A child of this process that has been started."""

    def __init__(self, pid: int) -> None:
        """Take the process id that a fork returned."""
        self.pid = pid
        self.returncode: int | None = None
        self._ended = asyncio.Event()

    def look(self) -> None:
        """Note its end, if it has ended."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
                self._ended.set()

    async def wait(self) -> None:
        """Wait for its end."""
        await self._ended.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, as long as it hasn't ended."""
        if self.returncode is None:
            os.kill(self.pid, number)


class Supervisor:
    """The processes of one Procfile.

    They run until it is told to stop, or until one of them can't be kept alive.
    """

    def __init__(self, procfile: Path, *, environment: Mapping[str, str], pids: Path) -> None:
        """Read the Procfile.

        Args:
            procfile: lines `name: command`; $PORT and other variables of `environment` are filled
                in.
            environment: of the processes.
            pids: a folder; NAME.pid in it holds the process id of each, for a person who wants to
                look at it or kill it.
        """
        self.commands: dict[str, str] = dict(
            parse_procfile(procfile.read_text(encoding="utf-8")).processes
        )
        self.environment = dict(environment)
        self.pids = pids
        self.failed = ""
        self._stopping = asyncio.Event()
        self._hurry = asyncio.Event()
        self._logs: dict[str, asyncio.Task[None]] = {}
        self._running: dict[str, Process] = {}
        self._printer = Printer(sys.stdout, width=max(map(len, self.commands)))
        self._colours = dict(zip(self.commands, get_colours(), strict=False))

    def say(self, text: str, *, name: str = "convene") -> None:
        """Write lines into the log."""
        self._printer.write(
            Message("line", text, datetime.now().astimezone(), name, self._colours.get(name))
        )

    def stop(self) -> None:
        """Begin to stop. A second call stops waiting for what is in flight."""
        if self._stopping.is_set():
            self._hurry.set()
            return
        self.say("stopping after the work in progress (press Ctrl-C again to stop at once)")
        self._stopping.set()

    async def run(self, *, when_started: Callable[[], Coroutine[Any, Any, None]]) -> int:
        """Start all, call `when_started`, keep all alive until stopped, and return the exit code.

        0, or 1 when one would not live.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGCHLD, self._look)
        self.pids.mkdir(parents=True, exist_ok=True)
        greeting = asyncio.create_task(when_started())
        await asyncio.gather(*(self._keep(name) for name in self.commands))
        greeting.cancel()
        with suppress(asyncio.CancelledError):
            await greeting
        self.say(f"{self.failed} could not be kept alive" if self.failed else "stopped")
        return 1 if self.failed else 0

    async def _keep(self, name: str) -> None:
        """Run one process, again and again, until all are to stop."""
        short_lives = 0
        while not self._stopping.is_set():
            began = monotonic()
            process = self._start(name)
            pid_file = self.pids / f"{name}.pid"
            pid_file.write_text(f"{process.pid}\n", encoding="ascii")
            await self._until_it_ends(name, process)
            pid_file.unlink(missing_ok=True)
            if self._stopping.is_set():
                return
            short_lives = short_lives + 1 if monotonic() - began < SHORT_LIFE else 0
            if short_lives >= SHORT_LIVES_IN_A_ROW:
                self.failed = name
                self.say(
                    f"{_end(process.returncode)} {short_lives} times in a row; giving up", name=name
                )
                self.stop()
                return
            self.say(f"{_end(process.returncode)}; starting it again", name=name)
            await _first_of(self._stopping.wait(), asyncio.sleep(short_lives))

    def _look(self) -> None:
        for process in self._running.values():
            process.look()

    def _start(self, name: str) -> Process:
        read_end, write_end = os.pipe()
        try:
            pid = forked.start(
                self.commands[name], environment=self.environment, output=write_end, name=name
            )
        finally:
            os.close(write_end)
        self._running[name] = process = Process(pid)
        self._logs[name] = asyncio.create_task(self._copy_log(name, read_end))
        process.look()  # what ended before it was known
        return process

    async def _copy_log(self, name: str, pipe: int) -> None:
        reader = asyncio.StreamReader(limit=LONGEST_LINE)
        with open(pipe, "rb", buffering=0) as file:
            await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader), file
            )
            while True:
                try:
                    line = await reader.readline()
                except ValueError:
                    line = b"(a line too long to show)"
                if not line:
                    return
                self.say(line.decode("utf-8", "replace"), name=name)

    async def _until_it_ends(self, name: str, process: Process) -> None:
        """Wait for the process. When all are to stop, ask it to end, and at last kill it."""
        await _first_of(process.wait(), self._stopping.wait())
        if process.returncode is None:
            # The process alone, not its group: Celery and gunicorn tell their children themselves,
            # once these are free.
            process.signal(signal.SIGTERM)
            await _first_of(process.wait(), self._hurry.wait(), asyncio.sleep(SECONDS_TO_STOP))
        # Children that outlived it, or a process that would not stop. Claimed rows are settled by
        # the clock when their lease runs out.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        await self._logs[name]


async def _first_of(*awaitables: Awaitable[object]) -> None:
    tasks = [asyncio.ensure_future(awaitable) for awaitable in awaitables]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def _end(returncode: int | None) -> str:
    if returncode is not None and returncode < 0:
        return f"was killed by {signal.Signals(-returncode).name}"
    return f"ended with exit code {returncode}"
