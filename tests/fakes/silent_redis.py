"""A Redis that takes every connection and never answers, as a stopped one looks to clients."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class SilentRedis:
    """The server, which counts its connections."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._guests: list[socket.socket] = []
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"

    @property
    def visits(self) -> int:
        """The number of connections so far."""
        return len(self._guests)

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                self._guests.append(self._listener.accept()[0])

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for guest in self._guests:
            guest.close()


@contextmanager
def silent_redis() -> Iterator[SilentRedis]:
    """Listen, and close all connections afterwards."""
    server = SilentRedis()
    try:
        yield server
    finally:
        server.close()
