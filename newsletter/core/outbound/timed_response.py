"""An answer over HTTP with one time limit as a whole.

The read timeout of http.client, and so of requests and botocore, begins anew with every byte, so
that an answer which drips could hold up a batch beyond its lease.
"""

import http.client
import io
import socket
import time
from typing import Any

TO_READ_WHAT_CAME = 1.0
"""Seconds, past its time limit, for the part of an answer that lies here already."""


class _UntilDeadline(io.RawIOBase):
    """The bytes that come from a socket, until its timeout has passed as a whole."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket) -> None:
        self._raw, self._connection = raw, connection
        seconds = connection.gettimeout()
        self._deadline = None if seconds is None else time.monotonic() + seconds
        self._overdue_until: float | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        if self._deadline is not None:
            self._connection.settimeout(self._left(self._deadline))
        return self._raw.readinto(buffer)

    def _left(self, deadline: float) -> float:
        """Return the seconds to wait for the next bytes.

        A process that stood still past the deadline reads what has come meanwhile, and waits no
        more.
        """
        now = time.monotonic()
        if now < deadline:
            return deadline - now
        if self._overdue_until is None:
            self._overdue_until = now + TO_READ_WHAT_CAME
        if now > self._overdue_until:
            raise TimeoutError("The answer took too long as a whole.")
        return 0.001

    def close(self) -> None:
        self._raw.close()
        super().close()


class TimedResponse(http.client.HTTPResponse):
    """An answer whose connection's timeout is for all of it."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_UntilDeadline(self.fp.detach(), sock))
