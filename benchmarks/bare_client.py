"""A client that only sends requests that are ready, to find the limit of a server or provider."""

import selectors
import socket
import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType


def request(path: str, body: bytes, *, headers: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """Return a POST of JSON, as bytes."""
    fields = {
        "Host": "localhost",
        "Content-Type": "application/json",
        "User-Agent": "bare/1.0",
        "Content-Length": len(body),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def send(
    port: int, requests: Sequence[bytes], *, connections: int, status: int
) -> tuple[float, list[float]]:
    """Send all over kept connections, each waiting for its answer before the next.

    Args:
        status: of each answer.

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
        _send_next(waiting, _connected(port), selector)
    while selector.get_map():
        for key, _ in selector.select():
            assert isinstance(key.fileobj, socket.socket)
            connection = key.fileobj
            answer = connection.recv(65_536)
            if not answer.startswith(f"HTTP/1.1 {status}".encode()):
                raise SystemExit(f"An answer was not {status}: {answer[:200]!r}")
            latencies.append(time.perf_counter() - key.data)
            selector.unregister(connection)
            if b"connection: close" in answer.lower():
                connection.close()
                connection = _connected(port) if waiting else connection
            if waiting:
                _send_next(waiting, connection, selector)
            else:
                connection.close()
    return time.perf_counter() - began, latencies


def _connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _send_next(
    waiting: list[bytes], connection: socket.socket, selector: selectors.BaseSelector
) -> None:
    selector.register(connection, selectors.EVENT_READ, time.perf_counter())
    connection.sendall(waiting.pop())
