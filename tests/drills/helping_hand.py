"""The history's side of the hand (tests.drills.hand): it asks, and never waits."""

import json
import select
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from config.env import BASE_DIR
from tests.drills.scenery import kill, started

ATTEMPTS = 40
"""The attempts at a deed that a fault of the database prevents, half a second apart."""


class Stuck(Exception):
    """Something has not happened that should have happened long ago."""


class HelpingHand:
    """The process of the hand, which does one deed at a time.

    `answer` is that of the last deed; `errors` are those of the attempts that failed.
    """

    def __init__(self, log: Path, environment: Mapping[str, str], *, code: Path = BASE_DIR) -> None:
        """
        Args:
            code: the checkout whose hand it is.
        """
        self.answer: dict[str, Any] = {}
        self.errors: list[str] = []
        self._log, self._environment, self._is_busy = log, environment, False
        self._process = self._start(code)

    def _start(self, code: Path) -> subprocess.Popen[bytes]:
        return started(
            "tests.drills.hand", self._log, self._environment, stdin=subprocess.PIPE, code=code
        )

    def upgrade(self, code: Path) -> Iterator[float]:
        """Go on with the hand of another version, after what the present one is at."""
        while self._is_busy:
            yield 0.05
        self.end()
        self._process = self._start(code)

    def ask(self, deed: str, **arguments: object) -> Iterator[float]:
        """Have something done, and yield the seconds after which to look again, until it is done.

        Raises:
            Stuck: it failed again and again.
        """
        for _ in range(ATTEMPTS):
            while self._is_busy:
                yield 0.05
            self._is_busy = True
            yield from self._done(deed, arguments)
            self._is_busy = False
            if "error" not in self.answer:
                return
            self.errors.append(f"{deed}: {self.answer['error']}")
            yield 0.5
        raise Stuck(f"{deed} failed again and again: {self.errors[-1]}")

    def _done(self, deed: str, arguments: Mapping[str, object]) -> Iterator[float]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": deed, **arguments}).encode() + b"\n")
        self._process.stdin.flush()
        while not select.select([self._process.stdout], [], [], 0)[0]:
            if self._process.poll() is not None:
                raise Stuck(f"the hand has ended: {self._log.read_text(encoding='utf-8')[-2000:]}")
            yield 0.02
        self.answer = json.loads(self._process.stdout.readline())

    def end(self) -> None:
        kill(self._process)
