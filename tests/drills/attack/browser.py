"""HTTP as the drill speaks it: one connection, kept open, and forms read from pages."""

import asyncio
import html
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_CHALLENGE = re.compile(r'data-challenge="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Page:
    """An answer."""

    status: int
    body: bytes

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Return the hidden fields, as they would be sent back."""
        return [(n, html.unescape(value)) for n, value in _HIDDEN.findall(self.body.decode())]

    @property
    def challenge(self) -> dict[str, Any] | None:
        """Return the challenge of the step in between."""
        found = _CHALLENGE.search(self.body.decode())
        return json.loads(html.unescape(found.group(1))) if found else None


class Connection:
    """A connection to the web server, which is made anew where the server closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, *, client: str) -> Page:
        return await self._ask(f"GET {path} HTTP/1.1\r\n", b"", client)

    async def post(self, path: str, body: bytes | list[tuple[str, str]], *, client: str) -> Page:
        data = body if isinstance(body, bytes) else urlencode(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(data)}\r\n"
        )
        return await self._ask(head, data, client)

    async def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _ask(self, head: str, data: bytes, client: str) -> Page:
        request = (
            f"{head}Host: localhost\r\nX-Forwarded-For: {client}\r\n\r\n".encode("ascii") + data
        )
        for is_last in (False, True):
            is_new = self._streams is None
            try:
                return await self._exchange(request)
            except (OSError, asyncio.IncompleteReadError):
                await self.close()
                if is_last or is_new:
                    raise
        raise AssertionError

    async def _exchange(self, request: bytes) -> Page:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(request)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(head.split(" ", 2)[1])
        length = re.search(r"(?i)^content-length: (\d+)", head, re.MULTILINE)
        if length:
            body = await reader.readexactly(int(length.group(1)))
        elif "chunked" in head.lower():
            body = await self._chunks(reader)
        else:
            body = b""
        if re.search(r"(?i)^connection: close", head, re.MULTILINE):
            await self.close()
        return Page(status, body)

    async def _chunks(self, reader: asyncio.StreamReader) -> bytes:
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return b"".join(parts)
