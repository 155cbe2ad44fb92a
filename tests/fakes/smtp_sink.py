"""A real mail server on loopback that takes everything, and misbehaves where a test says so."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

HANG = "hang"
"""An answer that is none: the connection is left open."""
DROP = "drop"
"""An answer that is none: the connection is cut."""


@dataclass
class Received:
    """One message, as the server got it."""

    sender: str
    recipients: list[str]
    raw: bytes
    options: list[str]
    host: str = ""
    """The name with which the client greeted the server."""

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class SmtpSink:
    """The server: the messages it got, and its answers.

    The answers of a list are given one by one; after them, everything is accepted.
    """

    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    quits: int = 0
    mail_answers: list[str] = field(default_factory=list)
    rcpt_answers: list[str] = field(default_factory=list)
    data_answers: list[str] = field(default_factory=list)
    keep_before_data_answer: bool = False
    """The message is kept even where the answer refuses it or never comes."""
    password: str = ""

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._answer(self.mail_answers, server)
        if answer.startswith("2"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._answer(self.rcpt_answers, server)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        got = Received(
            envelope.mail_from or "",
            list(envelope.rcpt_tos),
            envelope.content,
            list(envelope.mail_options),
            session.host_name or "",
        )
        if self.keep_before_data_answer:
            self.received.append(got)
        answer = await self._answer(self.data_answers, server)
        if answer.startswith("2") and not self.keep_before_data_answer:
            self.received.append(got)
        return answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.quits += 1
        return "221 2.0.0 Bye"

    async def _answer(self, answers: list[str], server: SMTP) -> str:
        answer = answers.pop(0) if answers else "250 2.0.0 OK queued as 4F2A"
        if answer == HANG:
            await asyncio.Event().wait()
        if answer == DROP:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            await asyncio.Event().wait()
        return answer


@contextmanager
def running(
    sink: SmtpSink,
    *,
    tls: ssl.SSLContext | None = None,
    implicit: bool = False,
    smtputf8: bool = True,
) -> Iterator[SmtpSink]:
    """Run `sink` on a port that the system chose.

    Args:
        tls: offer STARTTLS with this context; with `implicit`, speak TLS from the first byte.
    """

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        # Where it is not `handled`, aiosmtpd answers 535 itself.
        right = data.password == sink.password.encode()
        return AuthResult(success=right, handled=right)

    def session() -> SMTP:
        sink.connections += 1
        return SMTP(
            sink,
            hostname="sink.example.org",
            enable_SMTPUTF8=smtputf8,
            tls_context=None if implicit else tls,
            auth_required=bool(sink.password),
            auth_require_tls=False,
            authenticator=authenticate,
        )

    with event_loop() as call:
        server = call(
            lambda loop: loop.create_server(session, "127.0.0.1", 0, ssl=tls if implicit else None)
        )
        sink.port = server.sockets[0].getsockname()[1]
        try:
            yield sink
        finally:
            call(lambda loop: _close(server))


async def _close(server: asyncio.Server) -> None:
    server.close()


@contextmanager
def event_loop() -> Iterator[Callable[[Callable[[asyncio.AbstractEventLoop], Any]], Any]]:
    """Run an event loop in a thread; give the function that calls something in it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def call(make: Callable[[asyncio.AbstractEventLoop], Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(make(loop), loop).result(10)

    async def cancel_all() -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    try:
        yield call
    finally:
        call(lambda loop: cancel_all())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
