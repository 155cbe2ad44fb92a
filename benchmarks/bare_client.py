"""A client that only sends requests that are ready, to find the limit of a server or provider."""

import re
import selectors
import socket
import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import urlencode

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def request(path: str, body: bytes, *, headers: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """Return a POST of JSON, as bytes."""
    return _bytes(
        "POST",
        path,
        {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers},
        body,
    )


def form(
    path: str, fields: Mapping[str, str], *, headers: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """Return a POST of a form, as bytes."""
    body = urlencode(fields).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return _bytes("POST", path, {**kind, "Content-Length": str(len(body)), **headers}, body)


def get(path: str, *, headers: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """Return a GET, as bytes."""
    return _bytes("GET", path, headers, b"")


def _bytes(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    fields = {"Host": "localhost", "User-Agent": "bare/1.0", **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def send(
    port: int,
    requests: Sequence[bytes],
    *,
    connections: int,
    status: int,
    host: str = "127.0.0.1",
) -> tuple[float, list[float]]:
    """Send all over kept connections, each waiting for its answer before the next.

    Args:
        status: of each answer.
        host: the address to connect to.

    Returns:
        Seconds in all, and of each answer.

    Raises:
        SystemExit: an answer was another one.
    """
    waiting = list(reversed(requests))
    latencies = list[float]()
    selector = selectors.DefaultSelector()
    began = time.perf_counter()
    for _ in range(min(connections, len(requests))):
        _send_next(waiting, connected(host, port), selector)
    while selector.get_map():
        for key, _ in selector.select():
            assert isinstance(key.fileobj, socket.socket)
            connection = key.fileobj
            answer = whole_answer(connection)
            if not answer.startswith(f"HTTP/1.1 {status}".encode()):
                raise SystemExit(f"An answer was not {status}: {answer[:200]!r}")
            latencies.append(time.perf_counter() - key.data)
            selector.unregister(connection)
            if b"connection: close" in answer.partition(b"\r\n\r\n")[0].lower():
                connection.close()
                connection = connected(host, port) if waiting else connection
            if waiting:
                _send_next(waiting, connection, selector)
            else:
                connection.close()
    return time.perf_counter() - began, latencies


def whole_answer(connection: socket.socket) -> bytes:
    """Read one answer, which says how long it is."""
    answer = connection.recv(262_144)
    head, separator, content = answer.partition(b"\r\n\r\n")
    while not separator:
        more = connection.recv(262_144)
        if not more:
            return answer
        answer += more
        head, separator, content = answer.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    missing = int(length[1]) - len(content) if length else 0
    while missing > 0:
        more = connection.recv(262_144)
        if not more:
            raise SystemExit(f"An answer was cut off: {head!r}")
        answer += more
        missing -= len(more)
    return answer


def connected(host: str, port: int) -> socket.socket:
    """Connect to a server, and send what is small at once."""
    connection = socket.create_connection((host, port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _send_next(
    waiting: list[bytes], connection: socket.socket, selector: selectors.BaseSelector
) -> None:
    selector.register(connection, selectors.EVENT_READ, time.perf_counter())
    connection.sendall(waiting.pop())
