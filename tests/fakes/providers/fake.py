"""The parts that all fake providers share: the ledger, the faults, and running."""

import asyncio
import itertools
import json
import os
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.fakes.providers.wire import Answer, Connection, Request

INVALID = "invalid"
"""Whose address begins so is refused, in the manner of the provider."""


class Fault(StrEnum):
    """A way of misbehaving; one that ends in `-after` comes after the message was taken."""

    TOO_MANY = "429"
    UNAVAILABLE = "503"
    UNAUTHORIZED = "401"
    HANG = "hang"
    HANG_AFTER = "hang-after"
    BROKEN_AFTER = "500-after"
    UNAVAILABLE_AFTER = "503-after"
    RESET_AFTER = "reset-after"
    BAD_JSON = "bad-json-after"
    DRIP = "drip-after"


RETRY_AFTER = 120
_BEFORE = {
    Fault.TOO_MANY: Answer(
        429, {"message": "Too many requests"}, {"Retry-After": str(RETRY_AFTER)}
    ),
    Fault.UNAVAILABLE: Answer(503, {"message": "Back soon"}),
    Fault.UNAUTHORIZED: Answer(401, {"message": "Forbidden"}),
    Fault.HANG: Answer(manner="hang"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message as its recipient would get it; `email` gives subject, HTML and text."""

    to: str
    to_name: str
    ref: str
    id: str
    headers: Mapping[str, str]
    email: Callable[[], tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer to a request, and the messages that are on their way."""

    answer: Answer
    mails: list[Mail] = field(default_factory=list)


class Provider:
    """A provider that runs.

    Args:
        take: how its API reads a request. Its third argument is what it remembers between requests,
            such as keys.
        ledger: a file that gets a line for each recipient whose message was taken, before that is
            said to anybody.
        faults: those of the next requests, in their order; None is a request that goes well.
        chances: how likely each fault is for a request that `faults` says nothing of.
        remembers: whether requests and messages are kept for tests to look at.
    """

    def __init__(
        self,
        take: "Callable[[Request, Callable[[], str], dict[str, Any]], Taken]",
        *,
        ledger: Path | None = None,
        latency: float = 0.0,
        chances: Mapping[Fault, float] | None = None,
        seed: int = 0,
        remembers: bool = True,
    ) -> None:
        self._take, self._latency, self._remembers = take, latency, remembers
        self._ledger = (
            os.open(ledger, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644) if ledger else None
        )
        self._chances, self._random = dict(chances or {}), random.Random(seed)
        self._memory: dict[str, Any] = {}
        self._numbers = itertools.count(1)
        self.noted: dict[str, str] = {}
        """What the ledger's lines of the present request say besides."""
        self.faults: list[Fault | None] = []
        self.requests: list[Request] = []
        self.mails: list[Mail] = []
        self.connections = 0
        self.url = ""

    def answer(self, request: Request) -> Answer:
        if self._remembers:
            self.requests.append(request)
        fault = self.faults.pop(0) if self.faults else self._fault_by_chance()
        if fault in _BEFORE:
            return _BEFORE[fault]
        taken = self._take(request, lambda: f"id-{next(self._numbers)}", self._memory)
        self._keep(taken.mails)
        match fault:
            case Fault.HANG_AFTER:
                return Answer(manner="hang")
            case Fault.RESET_AFTER:
                return Answer(manner="reset")
            case Fault.BROKEN_AFTER:
                return Answer(500, {"message": "Internal error"})
            case Fault.UNAVAILABLE_AFTER:
                return Answer(503, {"message": "Back soon"}, {"Retry-After": str(RETRY_AFTER)})
            case Fault.BAD_JSON:
                return Answer(200, b"<html>gateway</html>")
            case Fault.DRIP:
                return Answer(taken.answer.status, taken.answer.body, taken.answer.headers, "drip")
        return taken.answer

    def _fault_by_chance(self) -> Fault | None:
        at = self._random.random()
        for fault, chance in self._chances.items():
            at -= chance
            if at < 0:
                return fault
        return None

    def _keep(self, mails: list[Mail]) -> None:
        if self._remembers:
            self.mails += mails
        if self._ledger is None or not mails:
            return
        at = time.time()
        lines = [
            {
                "to": mail.to,
                "ref": mail.ref,
                "id": mail.id,
                "message_id": mail.headers.get("Message-Id", ""),
                "at": at,
                **self.noted,
            }
            for mail in mails
        ]
        os.write(self._ledger, "".join(json.dumps(line) + "\n" for line in lines).encode())

    def connection(self) -> Connection:
        self.connections += 1
        return Connection(self.answer, self._latency)

    async def listen(self, port: int = 0) -> asyncio.Server:
        server = await asyncio.get_running_loop().create_server(
            self.connection, "127.0.0.1", port, backlog=256
        )
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        return server


@contextmanager
def running(provider: Provider) -> Iterator[Provider]:
    """Run `provider` in a thread, on a port that the system chose; its `url` ends with a slash."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(provider.listen(), loop).result(10)
    try:
        yield provider
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
