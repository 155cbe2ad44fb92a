"""The people who sign up in the middle of it, as their browsers do it."""

import asyncio
import json
import os
import random
import threading
import time
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.drills.attack.browser import Connection, Page
from tests.subscribers.consent.proofs import solved

PAGE, AHEAD = "/subscribe/", "/subscribe/challenge/"
TYPING = (3.0, 8.0)
"""Seconds that a person takes over the form."""
NICE = 5
"""The priority at which proofs are computed: a third of what the server's processes get."""
GIVES_UP = 120.0
"""Seconds after which a confirmation counts as lost."""


@dataclass
class Person:
    """One person, and how it went.

    Args:
        times: seconds of each answer of the server, by what was asked.
        runs_scripts: whether the browser does.
        sent_at: when the form was taken, by the monotonic clock; None where it never was.
        sent: the same, in seconds since 1970.
        steps: the statuses of the answers to the form.
        solved: how many proofs the browser computed.
        trouble: what kept the person from it; "" where nothing did.
    """

    email: str
    client: str
    runs_scripts: bool
    times: dict[str, list[float]] = field(default_factory=dict)
    sent_at: float | None = None
    sent: float = 0.0
    steps: list[int] = field(default_factory=list)
    solved: int = 0
    trouble: str = ""

    @property
    def answers(self) -> list[float]:
        """Seconds of each answer of the server."""
        return [seconds for times in self.times.values() for seconds in times]

    async def signs_up(self, port: int) -> None:
        """Open the page, fill in the form, and send it; then do what is asked."""
        browser = Connection(port)
        try:
            page = await self._timed("page", browser.get(PAGE, client=self.client))
            form = dict(page.fields)
            if self.runs_scripts:
                ahead = await self._timed("challenge", browser.get(AHEAD, client=self.client))
                if ahead.status == 200:
                    form["altcha"] = await self._solve(ahead)
            await asyncio.sleep(random.uniform(*TYPING))
            said = form | {"email": self.email, "name": "Eve", "topics": "quarterly-meetings"}
            await self._sends(browser, list(said.items()))
        except (OSError, EOFError, AssertionError) as error:
            # A connection that broke, or a device too slow for what it was to compute.
            self.trouble = repr(error)
        finally:
            await browser.close()

    async def _sends(self, browser: Connection, fields: list[tuple[str, str]]) -> None:
        answer = await self._timed("form", browser.post(PAGE, fields, client=self.client))
        self.steps.append(answer.status)
        if answer.status == 429:
            again = dict(answer.fields)
            if self.runs_scripts:
                again["altcha"] = await self._solve(answer)
            answer = await self._timed(
                "step in between", browser.post(PAGE, list(again.items()), client=self.client)
            )
            self.steps.append(answer.status)
        if answer.status == 302:
            self.sent_at, self.sent = time.monotonic(), time.time()

    async def _solve(self, page: Page) -> str:
        self.solved += 1
        return await solve(page)

    async def _timed(self, asked: str, answer: Awaitable[Page]) -> Page:
        began = time.monotonic()
        page = await answer
        self.times.setdefault(asked, []).append(time.monotonic() - began)
        return page


async def solve(page: Page) -> str:
    """Solve the challenge of a page beside everything else, as a browser does."""
    challenge = page.challenge or json.loads(page.body)
    return await asyncio.get_running_loop().run_in_executor(_devices, solved, challenge)


def _yield_to_the_server() -> None:
    """Let the server go first: people compute on devices of their own."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


_devices = ThreadPoolExecutor(32, "device", initializer=_yield_to_the_server)


def somebody(number: int) -> Person:
    """Return the person of this number. One of five runs no scripts."""
    return Person(
        email=f"person{number}@parliament{number % 40}.example",
        client=f"90.{number // 250}.{number % 250}.7",
        runs_scripts=number % 5 != 4,
    )
