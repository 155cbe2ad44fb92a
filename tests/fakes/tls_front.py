"""TLS in front of a fake server that speaks none itself."""

import asyncio
import contextlib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from tests.fakes.smtp_sink import event_loop


@contextmanager
def in_front_of(port: int, context: ssl.SSLContext) -> Iterator[int]:
    """Speak TLS from the first byte, and pass its content on to `port`.

    Gives the port that the system chose.
    """

    async def pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(65536):
                target.write(chunk)
                await target.drain()
        target.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pass_on(reader, behind_writer), pass_on(behind_reader, writer))

    with event_loop() as call:
        server = call(lambda loop: asyncio.start_server(serve, "127.0.0.1", 0, ssl=context))
        yield server.sockets[0].getsockname()[1]
        call(lambda loop: close(server))


async def close(server: asyncio.Server) -> None:
    server.close()
