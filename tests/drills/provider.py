"""The provider of a history: a process that logs what it took, and misbehaves by chance.

`python -m tests.drills.provider KIND --log FILE` prints its port. The log has a line of JSON for
each message that was taken (`ref`, `to`, `at`), written before the provider answers, and one for
each fault (`fault`).
"""

import argparse
import asyncio
import json
import os
import random
import re
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tests.drills.entries import entry_in
from tests.drills.network import entering
from tests.fakes import scripted_smtp
from tests.fakes.providers.apis import APIS
from tests.fakes.providers.fake import INVALID, Fault, Provider
from tests.fakes.providers.wire import Answer, Request
from tests.fakes.smtp_sink import DROP, HANG, Received

OFFERS: Mapping[str, tuple[str, ...]] = {
    "smtp": ("PIPELINING", "SIZE 10240000", "SMTPUTF8", "8BITMIME", "ENHANCEDSTATUSCODES"),
    "smtp-plain": ("SIZE 10240000", "8BITMIME"),
    "smtp-chunking": ("PIPELINING", "SIZE 10240000", "SMTPUTF8", "8BITMIME", "CHUNKING"),
}
KINDS = (*OFFERS, *APIS)
RETRY_AFTER = 2
"""Seconds to wait that a provider asks for; a real one asks for minutes."""

BY_SMTP: Mapping[str, tuple[str, str, bool]] = {
    # The command that is answered so, the answer, and whether the message was taken all the same.
    "421": ("MAIL", "421 4.3.2 shutting down", False),
    "450": ("RCPT", "450 4.2.1 mailbox busy", False),
    "452": ("CONTENT", "452 4.3.1 out of storage", False),
    "550": ("RCPT", "550 5.1.1 no such user", False),
    "drop": ("CONTENT", DROP, False),
    "drop-after": ("CONTENT", DROP, True),
    "reset-after": ("CONTENT", scripted_smtp.RESET, True),
    "hang": ("CONTENT", HANG, False),
    "hang-after": ("CONTENT", HANG, True),
}
AMBIGUOUS = frozenset(
    {
        *("drop", "drop-after", "reset-after", "hang", "hang-after"),
        *(
            Fault.BROKEN_AFTER,
            Fault.BAD_JSON,
            Fault.DRIP,
            Fault.UNAVAILABLE,
            Fault.UNAVAILABLE_AFTER,
        ),
    }
)
"""The faults after which only the provider knows whether it took the message."""
_REF = re.compile(rb"^X-Convene-Ref: *(\S+)\r?$", re.MULTILINE | re.IGNORECASE)


class ProviderLog:
    """The provider's own account: a file to which lines are only ever added."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def write(self, **line: object) -> None:
        os.write(self._file, (json.dumps({**line, "at": time.time()}) + "\n").encode())


class Dice:
    """The choice of the fault that a request meets, if any."""

    def __init__(self, chances: Mapping[str, float], *, seed: int) -> None:
        self._chances, self._random = dict(chances), random.Random(seed)

    def roll(self) -> str | None:
        at = self._random.random()
        for fault, chance in self._chances.items():
            at -= chance
            if at < 0:
                return fault
        return None


class DrillProvider(Provider):
    """A provider with an API."""

    def __init__(
        self, kind: str, *, path: Path, log: ProviderLog, latency: float, dice: Dice
    ) -> None:
        super().__init__(APIS[kind], ledger=path, latency=latency, remembers=False)
        self._log, self._dice, self._is_ses = log, dice, kind == "ses"

    def answer(self, request: Request) -> Answer:
        name = self._dice.roll()
        fault = Fault(name) if name else None
        self.faults, self.noted = [fault], entry_in(request.body, is_ses=self._is_ses)
        answer = super().answer(request)
        if fault:
            self._log.write(fault=fault)
        asks = fault in (Fault.TOO_MANY, Fault.UNAVAILABLE_AFTER)
        return (
            replace(answer, headers={**answer.headers, "Retry-After": str(RETRY_AFTER)})
            if asks
            else answer
        )


class DrillSmtp(scripted_smtp.ScriptedSmtp):
    """A mail server."""

    def __init__(self, kind: str, *, log: ProviderLog, latency: float, dice: Dice) -> None:
        super().__init__(offers=OFFERS[kind])
        self.log, self.latency, self.dice = log, latency, dice
        self._accepting: list[asyncio.Task[None]] = []

    async def listen(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        listening.setblocking(False)

        async def accept() -> None:
            while True:
                connection, _ = await loop.sock_accept(listening)
                connection.setblocking(False)
                self.connections += 1
                sessions.add(
                    loop.create_task(
                        DrillSession(self, connection, loop, number=self.connections).run()
                    )
                )

        sessions: set[asyncio.Task[None]] = set()
        self._accepting = [*self._accepting, loop.create_task(accept())]


class DrillSession(scripted_smtp.Session):
    """One connection to it."""

    server: DrillSmtp
    _fault: str | None = None

    async def on_mail(self, line: str) -> None:
        self._fault = self.server.dice.roll()
        await super().on_mail(line)

    async def on_rcpt(self, line: str) -> None:
        if f"<{INVALID}" in line:
            await self.say("550 5.1.1 no such user")
        else:
            await super().on_rcpt(line)

    async def answer(self, command: str, usual: str, got: Received | None = None) -> str:
        if command == "CONTENT":
            await asyncio.sleep(self.server.latency)
        when, answer, takes = BY_SMTP[self._fault] if self._fault else ("", "", False)
        if when != command:
            self._take(got)
            return await self.say(usual)
        self.server.log.write(fault=self._fault)
        if takes:
            self._take(got)
        return await self.say(answer)

    def _take(self, got: Received | None) -> None:
        if got is not None:
            match = _REF.search(got.raw)
            ref = match[1].decode() if match else ""
            self.server.log.write(ref=ref, to=got.recipients[0], **entry_in(got.raw))


async def _run(arguments: argparse.Namespace) -> None:
    log = ProviderLog(arguments.log)
    dice = Dice(json.loads(arguments.chances), seed=arguments.seed)
    sockets = _sockets(arguments.port, arguments.namespace)
    if arguments.kind in OFFERS:
        smtp = DrillSmtp(arguments.kind, log=log, latency=arguments.latency, dice=dice)
        for each in sockets:
            await smtp.listen(each)
    else:
        provider = DrillProvider(
            arguments.kind,
            path=arguments.log,
            log=log,
            latency=arguments.latency,
            dice=dice,
        )
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(provider.connection, sock=each) for each in sockets]
        assert all(server.is_serving() for server in servers)
    sys.stdout.write(f"{sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def _sockets(port: int, namespaces: Sequence[str]) -> list[socket.socket]:
    """Open a socket on the loopback here, and with the same port in each of the namespaces."""
    sockets = [socket.create_server(("127.0.0.1", port), backlog=256)]
    port = sockets[0].getsockname()[1]
    with Path("/proc/self/ns/net").open() as here:
        for namespace in namespaces:
            entering(namespace)()
            sockets.append(socket.create_server(("127.0.0.1", port), backlog=256))
            os.setns(here.fileno(), os.CLONE_NEWNET)
    return sockets


def main() -> None:
    """Serve until the process is killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.drills.provider", description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument(
        "--chances", default="{}", help="JSON: how likely each fault is, for each request"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--namespace", action="append", default=[], help="a network namespace to listen in, too"
    )
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
