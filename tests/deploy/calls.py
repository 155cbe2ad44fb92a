"""Requests as a visitor's program makes them, from an address of the caller's choice."""

import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """The parts of a response that tests look at."""

    status: int
    location: str
    body: bytes

    def json(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.body)
        return said


def answers(port: int) -> bool:
    """Return whether anything listens on a port of 127.0.0.1."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def call(
    port: int,
    method: str,
    path: str,
    *,
    host: str,
    tls: bool = True,
    body: bytes | None = None,
    source: str = "127.0.0.1",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send one request to 127.0.0.1, and return the response.

    Args:
        port: where the server listens.
        method: of HTTP.
        path: with its query.
        host: for the Host header, and the name that TLS asks for.
        tls: whether to speak TLS. The certificate isn't checked.
        body: of the request.
        source: the address that the server sees; any of the loopback.
        headers: further ones.
    """
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    plain = socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(source, 0))
    connection = http.client.HTTPConnection("127.0.0.1", port)
    with context.wrap_socket(plain, server_hostname=host) if tls else plain as connection.sock:
        connection.request(method, path, body=body, headers={"Host": host, **(headers or {})})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers.get("Location", ""), answer.read())
