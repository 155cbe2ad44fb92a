"""A mail server that notes who got something, and when."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass
class Sink:
    """What came: recipients with the times of their messages, in seconds of the monotonic clock."""

    port: int = 0
    came: dict[str, list[float]] = field(default_factory=dict)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipients: list[str] = []
        answer = "220 sink ESMTP"
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                writer.write(f"{answer}\r\n".encode())
                await writer.drain()
                line = await reader.readline()
                if not line:
                    break
                command = line[:4].upper()
                answer = "250 OK"
                if command == b"RCPT":
                    recipients.append(line.decode().partition("<")[2].partition(">")[0])
                elif command == b"DATA":
                    writer.write(b"354 Go on\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                    for recipient in recipients:
                        self.came.setdefault(recipient, []).append(time.monotonic())
                    recipients = []
                elif command == b"QUIT":
                    writer.write(b"221 Bye\r\n")
                    break
                elif command == b"RSET":
                    recipients = []
        writer.close()


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Sink]:
    """Run a sink on loopback."""
    sink = Sink()
    server = await asyncio.start_server(sink._serve, "127.0.0.1", 0, limit=2**21)
    sink.port = server.sockets[0].getsockname()[1]
    async with server:
        yield sink
