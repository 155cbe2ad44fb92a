"""The connections of one mailer, which the threads of a worker pool share."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from newsletter.transport.connections.connection import Connection


class ConnectionPool:
    """Connections that are lent for the length of a call, each to one thread at a time."""

    def __init__(self, alias: str, size: int) -> None:
        """
        Args:
            alias: of the mailer.
            size: how many calls are in flight at most.
        """
        self._changing = threading.Lock()
        self._free = [Connection(alias) for _ in range(size)]
        self._waiting: deque[SimpleQueue[Connection]] = deque()

    @property
    def waiting(self) -> int:
        """The number of threads that wait for a connection."""
        return len(self._waiting)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection.

        The thread that waits longest gets the next one. Otherwise those that have just had one
        would have it again, and a batch that is nearly done would wait for the one behind it.
        """
        connection = self._take()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def close(self) -> None:
        """Close the connections that nobody has."""
        for connection in self._free:
            connection.drop()

    def _take(self) -> Connection:
        with self._changing:
            if self._free:
                # The one that was used last: of more connections than there is work for, most stay
                # closed.
                return self._free.pop()
            mine: SimpleQueue[Connection] = SimpleQueue()
            self._waiting.append(mine)
        return mine.get()

    def _give_back(self, connection: Connection) -> None:
        with self._changing:
            if self._waiting:
                self._waiting.popleft().put(connection)
            else:
                self._free.append(connection)
