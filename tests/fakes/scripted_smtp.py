"""A mail server on loopback whose every answer, offer and silence a test can choose.

Unlike aiosmtpd it pipelines (RFC 2920), takes chunks (RFC 3030), and notices a client that doesn't
wait where it must.
"""

import asyncio
import contextlib
import re
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.fakes.smtp_sink import DROP, HANG, Received, event_loop

RESET = "reset"
"""An answer that is none: the connection is reset."""


@dataclass
class ScriptedSmtp:
    """The server: its offers, its answers, and what it got.

    Args:
        offers: keywords after EHLO.
        answers: by command (GREETING, EHLO, MAIL, RCPT, DATA, CONTENT, RSET): answers that are used
            up from the start; then all is well again.
        to_recipient: by address: answers to RCPT.
        to_content_for: by address: answers to the content.
        takes_without_answer: whether content is taken where the answer never comes, or says
            otherwise.
        messages_per_connection: after which it hangs up.
        bytes_at_a_time: of an answer that are sent at once; 0 for all.
        pause: seconds between them.
        silent_connections: those, by number from 1, that get no answer to MAIL.
    """

    offers: tuple[str, ...] = (
        "PIPELINING",
        "SIZE 10240000",
        "SMTPUTF8",
        "8BITMIME",
        "ENHANCEDSTATUSCODES",
    )
    answers: dict[str, list[str]] = field(default_factory=dict)
    to_recipient: dict[str, list[str]] = field(default_factory=dict)
    to_content_for: dict[str, list[str]] = field(default_factory=dict)
    takes_without_answer: bool = False
    messages_per_connection: int | None = None
    bytes_at_a_time: int = 0
    pause: float = 0.0
    silent_connections: frozenset[int] = frozenset()

    port: int = 0
    connections: int = 0
    accepted: list[Received] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    reads: list[bytes] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """Things that a client did and must not do."""

    @property
    def recipients(self) -> list[str]:
        return [recipient for got in self.accepted for recipient in got.recipients]


@contextmanager
def running(server: ScriptedSmtp) -> Iterator[ScriptedSmtp]:
    """Run `server` on a port that the system chose."""
    with event_loop() as call, socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        server.port = listening.getsockname()[1]

        async def begin(loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
            return loop.create_task(_accept(server, listening, loop))

        accepting = call(begin)
        yield server
        assert not accepting.done(), accepting.exception()


async def _accept(
    server: ScriptedSmtp, listening: socket.socket, loop: asyncio.AbstractEventLoop
) -> None:
    sessions = set()
    while True:
        connection, _ = await loop.sock_accept(listening)
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.connections += 1
        sessions.add(
            loop.create_task(Session(server, connection, loop, number=server.connections).run())
        )


class _Gone(Exception):
    """The connection has ended."""


class Session:
    """One connection of a client."""

    def __init__(
        self,
        server: ScriptedSmtp,
        connection: socket.socket,
        loop: asyncio.AbstractEventLoop,
        *,
        number: int,
    ) -> None:
        self.server, self.connection, self.loop, self.number = server, connection, loop, number
        self.buffer = bytearray()
        self.messages = 0
        self.sender: str | None = None
        self.options: list[str] = []
        self.recipients: list[str] = []

    async def run(self) -> None:
        with contextlib.suppress(_Gone, OSError), self.connection:
            await self.answer("GREETING", "220 sink.example.org ESMTP")
            while True:
                await self.obey((await self.line()).decode())

    async def obey(self, line: str) -> None:
        command = line.partition(" ")[0].upper()
        self.server.commands.append(line)
        if (
            self.buffer
            and ("PIPELINING" not in self.server.offers or command in ("DATA", "EHLO", "QUIT"))
            and command != "BDAT"
        ):
            self.server.faults.append(f"did not wait for the answer to {line}")
        await getattr(self, f"on_{command.lower()}")(line)

    async def on_ehlo(self, line: str) -> None:
        offers = ["sink.example.org", *self.server.offers]
        lines = [f"250-{offer}" for offer in offers[:-1]] + [f"250 {offers[-1]}"]
        await self.answer("EHLO", "\r\n".join(lines))

    async def on_mail(self, line: str) -> None:
        if self.number in self.server.silent_connections:
            await self.say(HANG)
        if self.sender is not None:
            self.server.faults.append("nested MAIL")
        sender, *options = line[len("MAIL FROM:") :].split(" ")
        if (await self.answer("MAIL", "250 2.1.0 OK")).startswith("2"):
            self.sender, self.options, self.recipients = sender.strip("<>"), options, []

    async def on_rcpt(self, line: str) -> None:
        address = line[len("RCPT TO:") :].strip("<>")
        if self.sender is None:
            await self.say("503 5.5.1 MAIL first")
            return
        own = self.server.to_recipient.get(address)
        said = await self.say(own.pop(0)) if own else await self.answer("RCPT", "250 2.1.5 OK")
        if said.startswith("2"):
            self.recipients.append(address)

    async def on_data(self, line: str) -> None:
        usual = "354 go ahead" if self.recipients else "554 5.5.1 no valid recipients"
        if (await self.answer("DATA", usual)).startswith("354"):
            while (
                end := self.buffer.find(b"\r\n.\r\n", -(1 << 21))
            ) < 0 and not self.buffer.startswith(b".\r\n"):
                await self.more()
            content = b"" if end < 0 else bytes(self.buffer[: end + 2])
            del self.buffer[: len(content) + 3]
            await self.take(re.sub(rb"(?m)^\.", b"", content))

    async def on_bdat(self, line: str) -> None:
        _, size, last = line.split(" ")
        assert last == "LAST"
        while len(self.buffer) < int(size):
            await self.more()
        content = bytes(self.buffer[: int(size)])
        del self.buffer[: int(size)]
        await self.take(content)

    async def take(self, content: bytes) -> None:
        got = Received(self.sender or "", list(self.recipients), content, list(self.options))
        own = self.server.to_content_for.get(self.recipients[0] if self.recipients else "")
        if self.recipients and self.server.takes_without_answer:
            self.server.accepted.append(got)
        self.sender = None
        if not self.recipients:
            await self.say("554 5.5.1 no valid recipients")
            return
        if own:
            await self.say(own.pop(0), got)
        else:
            await self.answer("CONTENT", "250 2.0.0 OK queued as 4F2A", got)
        self.messages += 1
        if self.messages == self.server.messages_per_connection:
            raise _Gone

    async def on_rset(self, line: str) -> None:
        self.sender = None
        await self.answer("RSET", "250 2.0.0 OK")

    async def on_quit(self, line: str) -> None:
        raise _Gone

    async def answer(self, command: str, usual: str, got: Received | None = None) -> str:
        told = self.server.answers.get(command)
        return await self.say(told.pop(0) if told else usual, got)

    async def say(self, answer: str, got: Received | None = None) -> str:
        if answer == HANG:
            await asyncio.Event().wait()
        if answer == RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if answer in (DROP, RESET):
            raise _Gone
        if got is not None and answer.startswith("2") and not self.server.takes_without_answer:
            # It is noted before the answer, because a client that has the answer may look.
            self.server.accepted.append(got)
        raw = re.sub(r"\r?\n", "\r\n", answer).encode() + b"\r\n"
        step = self.server.bytes_at_a_time or len(raw)
        for start in range(0, len(raw), step):
            await self.loop.sock_sendall(self.connection, raw[start : start + step])
            if self.server.bytes_at_a_time:
                await asyncio.sleep(self.server.pause)
        if answer.startswith("421"):
            raise _Gone
        return answer

    async def line(self) -> bytes:
        while b"\r\n" not in self.buffer:
            await self.more()
        line, _, _ = self.buffer.partition(b"\r\n")
        del self.buffer[: len(line) + 2]
        return bytes(line)

    async def more(self) -> None:
        chunk = await self.loop.sock_recv(self.connection, 1 << 20)
        if not chunk:
            raise _Gone
        self.server.reads.append(chunk)
        self.buffer += chunk
