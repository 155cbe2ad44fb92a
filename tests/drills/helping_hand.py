"""The hand (tests.drills.hand), as the history speaks to it: without ever waiting for it."""

import json
import select
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.drills.scenery import kill, started

GOES = 40
"""How often something is tried that a fault of the database keeps from happening, half a second
apart."""


class Stuck(Exception):
    """Something that should have happened long ago."""


class HelpingHand:
    """The process, and one deed at a time.

    `answer` is what came of the last one; `errors` are those of the goes that failed.
    """

    def __init__(self, log: Path, environment: Mapping[str, str]) -> None:
        self.answer: dict[str, Any] = {}
        self.errors: list[str] = []
        self._log, self._is_busy = log, False
        self._process = started("tests.drills.hand", log, environment, stdin=subprocess.PIPE)

    def ask(self, deed: str, **arguments: object) -> Iterator[float]:
        """Have something done: yields the seconds after which to look again, until it is done.

        Raises:
            Stuck: it failed again and again.
        """
        for _ in range(GOES):
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
