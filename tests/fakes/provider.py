"""A real HTTP server on loopback that plays a mail provider's API.

It misbehaves where a test says so.
"""

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """The provider's response to one request."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


class Hang(Answer):
    """No response; the connection is left open."""


class Reset(Answer):
    """No response; the connection is reset after the request has been read."""


@dataclass
class Request:
    """One request, as the provider got it."""

    path: str
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Provider:
    """The provider: the requests it got, and its responses.

    It gives `answers` one by one, then `otherwise` for ever.
    """

    otherwise: Answer
    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                provider.connections += 1
                super().setup()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                provider.requests.append(Request(self.path, self.headers, body))
                answer = provider.answers.pop(0) if provider.answers else provider.otherwise
                if isinstance(answer, Hang):
                    provider.stopping.wait(30)
                    self.close_connection = True
                    return
                if isinstance(answer, Reset):
                    self.connection.setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                    )
                    self.connection.close()
                    self.close_connection = True
                    return
                self._say(answer)

            def _say(self, answer: Answer) -> None:
                body = (
                    answer.body
                    if isinstance(answer.body, bytes)
                    else json.dumps(answer.body).encode()
                )
                self.send_response(answer.status)
                for name, value in {
                    "Content-Type": "application/json",
                    "Content-Length": str(len(body)),
                    **answer.headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def finish(self) -> None:
                if self.connection.fileno() != -1:
                    super().finish()

            def log_message(self, format: str, *args: Any) -> None:
                """Print nothing: tests say what went wrong."""

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that have gone away, as tests have them do."""


@contextmanager
def running(provider: Provider) -> Iterator[Provider]:
    """Run `provider` on a port that the system chose; its `url` ends with a slash."""
    with _Server(("127.0.0.1", 0), provider.handler()) as server:
        provider.url = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        thread.start()
        try:
            yield provider
        finally:
            provider.stopping.set()
            server.shutdown()
            thread.join(10)
