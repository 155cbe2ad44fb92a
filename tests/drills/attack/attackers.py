"""The attackers' process: it sends post after post over as many connections as it is told.

It is a process of its own, so that what it costs is known, and so that people's answers aren't
measured by a program that is busy with something else.
"""

import asyncio
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from multiprocessing.sharedctypes import Synchronized

from benchmarks.processes import cpu_seconds
from tests.drills.attack import crowd
from tests.drills.attack.browser import Connection, Page
from tests.drills.attack.people import solve


@dataclass(frozen=True, slots=True)
class Attack:
    """The orders of the attackers.

    Args:
        connections: how many of them are busy at once. Each sends its next post after the answer to
            its last, so with more of them than the server has threads it never has nothing to do.
        rate: posts a second, at most; 0: as many as the server answers.
        seconds: after which they give up.
        stamp: of a page that was loaded once.
    """

    port: int
    posts: int
    networks: int
    seed: int
    connections: int
    rate: float
    seconds: float
    stamp: str


@dataclass
class Reported:
    """The report of the attackers.

    Args:
        answers: how many of their posts got which status.
        sent: how many posts they have sent.
        solved: how many proofs they computed.
        shared: how many further forms were taken with one of them.
        cpu: seconds that all of it has cost them.
    """

    answers: Counter[int] = field(default_factory=Counter)
    sent: int = 0
    solved: int = 0
    shared: int = 0
    seconds: float = 0.0
    cpu: float = 0.0


class Attackers:
    """The running process."""

    def __init__(self, attack: Attack) -> None:
        context = multiprocessing.get_context("spawn")
        self._sent: Synchronized[int] = context.Value("q", 0)
        self._reports, there = context.Pipe(duplex=False)
        self._process = context.Process(target=_run, args=(attack, self._sent, there))
        self._process.start()

    @property
    def sent(self) -> int:
        """Return how many posts they have sent so far."""
        return self._sent.value

    @property
    def is_over(self) -> bool:
        return not self._process.is_alive()

    def report(self) -> Reported:
        """Wait for their end, and return what they report.

        Raises:
            EOFError: they died.
        """
        reported: Reported = self._reports.recv()
        self._process.join()
        return reported

    def end(self) -> None:
        """End them, where they aren't yet."""
        self._process.kill()
        self._process.join()


def _run(attack: Attack, sent: "Synchronized[int]", reports: Pipe) -> None:
    reported = asyncio.run(_attack(attack, sent))
    reported.cpu = cpu_seconds([os.getpid()])
    reports.send(reported)


async def _attack(attack: Attack, sent: "Synchronized[int]") -> Reported:
    reported, began = Reported(), time.monotonic()
    numbers = iter(range(attack.posts))
    await asyncio.gather(
        *(
            _one_connection(attack, numbers, reported, sent, began=began)
            for _ in range(attack.connections)
        )
    )
    reported.seconds = time.monotonic() - began
    return reported


async def _one_connection(
    attack: Attack,
    numbers: Iterator[int],
    reported: Reported,
    sent: "Synchronized[int]",
    *,
    began: float,
) -> None:
    connection = Connection(attack.port)
    for number in numbers:
        if attack.rate:
            await asyncio.sleep(max(0.0, began + number / attack.rate - time.monotonic()))
        if time.monotonic() - began > attack.seconds:
            break
        post = crowd.post(number, networks=attack.networks, seed=attack.seed)
        reported.sent += 1
        sent.value = reported.sent
        answer = await connection.post("/subscribe/", post.body(attack.stamp), client=post.network)
        reported.answers[answer.status] += 1
        if answer.status == 429 and post.presses_on:
            again = await connection.post("/subscribe/", answer.fields, client=post.network)
            reported.answers[again.status] += 1
        if answer.status == 429 and post.solves:
            await _solve_and_share(reported, connection, answer, post)
    await connection.close()


async def _solve_and_share(
    reported: Reported, connection: Connection, answer: Page, post: crowd.Post
) -> None:
    """Send a form with the proof that it was asked for, and another one with the same."""
    proof = await solve(answer)
    reported.solved += 1
    fields = dict(answer.fields) | {"altcha": proof}
    other = fields | {"email": f"shared-{fields['email']}", "waiting": ""}
    for form in (fields, other):
        again = await connection.post("/subscribe/", list(form.items()), client=post.network)
        reported.answers[again.status] += 1
        reported.shared += form is other and again.status == 302
