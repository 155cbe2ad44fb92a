"""HTTP as far as providers need it: one request after the other on a connection that stays open."""

import asyncio
import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

DRIP = 0.1
"""Seconds between two bytes of an answer that drips."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; names of headers in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, list[str]]:
        """The fields of a multipart or urlencoded form."""
        kind = self.headers.get("content-type", "")
        if not kind.startswith("multipart/form-data"):
            return parse_qs(self.body.decode(), keep_blank_values=True)
        boundary = b"--" + kind.partition("boundary=")[2].strip('"').encode()
        fields: dict[str, list[str]] = {}
        for part in self.body.split(boundary)[1:-1]:
            head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
            name = head.decode().partition('name="')[2].partition('"')[0]
            fields.setdefault(name, []).append(content.removesuffix(b"\r\n").decode())
        return fields


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request, which comes at once, byte by byte, or not at all."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    manner: str = "whole"

    def written(self) -> bytes:
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **self.headers,
        }
        return (
            f"HTTP/1.1 {self.status} It is\r\n".encode()
            + "".join(f"{k}: {v}\r\n" for k, v in headers.items()).encode()
            + b"\r\n"
            + body
        )


class Connection(asyncio.Protocol):
    """One connection to the provider."""

    transport: asyncio.Transport

    def __init__(self, answer: Callable[[Request], Answer], latency: float) -> None:
        self._answer, self._latency, self._buffer = answer, latency, bytearray()
        self._expected = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) < self._expected:
            return
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        self._expected = end + 4 + int(headers.get("content-length", 0))
        if len(self._buffer) < self._expected:
            return
        body = bytes(self._buffer[end + 4 : self._expected])
        del self._buffer[: self._expected]
        self._expected = 0
        answer = self._answer(Request(first.split()[1], headers, body))
        asyncio.get_running_loop().call_later(self._latency, self._say, answer)

    def _say(self, answer: Answer) -> None:
        if self.transport.is_closing() or answer.manner == "hang":
            return
        if answer.manner == "reset":
            connection: socket.socket = self.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()
        elif answer.manner == "drip":
            self._drip(answer.written())
        else:
            self.transport.write(answer.written())

    def _drip(self, rest: bytes) -> None:
        if rest and not self.transport.is_closing():
            self.transport.write(rest[:1])
            asyncio.get_running_loop().call_later(DRIP, self._drip, rest[1:])
