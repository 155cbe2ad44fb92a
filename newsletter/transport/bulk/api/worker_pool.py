"""The threads that hand over to one mailer, and the connections that they share.

Both stay between batches.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue

from newsletter.transport.bulk.api.work_queue import WorkQueue
from newsletter.transport.connections.connection import Connection

SPARE = 4
"""Threads beyond the connections: while these wait for answers, the next messages are made, or the
next recipients looked at."""


class PooledBatch:
    """A batch that threads hand over, while whoever gave it to them sees to the next one, or to the last.

    Whoever is interrupted while they wait for it closes its hand-over, and so ends it: nothing more
    begins, and the threads come back by themselves, each with its connection, when what was in
    flight has had its answer.
    """

    def __init__(self, queue: WorkQueue, workers: Sequence[Future[None]]) -> None:
        self._turns, self._workers = queue, workers
        # Queues rather than events: an exception that a signal brings can't leave their locks
        # taken.
        self._ended: SimpleQueue[Future[None]] = SimpleQueue()
        for worker in workers:
            worker.add_done_callback(self._note)

    def _note(self, worker: Future[None]) -> None:
        self._ended.put(worker)
        # One that ends has found nothing left to begin, or that nothing may.
        self._turns.nearly_over.put(None)

    def wait_for_room(self) -> None:
        """Wait until there is so little left to begin that the connections could soon begin something else. Ask once."""
        self._turns.nearly_over.get()

    def finish(self) -> None:
        """Wait until nothing is under way any more."""
        for worker in [self._ended.get() for _ in self._workers]:
            worker.result()


class WorkerPool:
    """Given work by one thread, the one that claims.

    A connection is one thread's at a time, and only for the length of a call.
    """

    def __init__(self, alias: str, connections: int) -> None:
        """
        Args:
            alias: of the mailer.
            connections: how many calls are in flight at most, of however many batches.
        """
        self._size = connections + SPARE
        self._threads = ThreadPoolExecutor(
            self._size, thread_name_prefix=alias
        )  # they begin with the first batch
        self._changing = threading.Lock()
        self._free = [Connection(alias) for _ in range(connections)]
        self._waiting: deque[SimpleQueue[Connection]] = deque()

    def submit(
        self, queue: WorkQueue, work: Callable[[WorkQueue], None], *, calls: int
    ) -> PooledBatch:
        """Set the threads to work on a batch, behind the one that is still under way.

        Args:
            work: what each thread does, until there are no turns any more.
            calls: so many threads have something to do at most.
        """
        return PooledBatch(
            queue, [self._threads.submit(work, queue) for _ in range(min(calls, self._size))]
        )

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection, for as long as a call takes. Whoever waits longest gets the next one: else
        those who have just had one would have it again, and a batch that is nearly done would wait
        for the one behind it."""
        connection = self._taken()
        try:
            yield connection
        finally:
            with self._changing:
                if self._waiting:
                    self._waiting.popleft().put(connection)
                else:
                    self._free.append(connection)

    def _taken(self) -> Connection:
        with self._changing:
            if self._free:
                # The one that was used last: of more connections than there is work for, most stay
                # closed.
                return self._free.pop()
            mine: SimpleQueue[Connection] = SimpleQueue()
            self._waiting.append(mine)
        return mine.get()

    def close(self) -> None:
        """End the threads, and give up the connections."""
        self._threads.shutdown()
        for connection in self._free:
            connection.drop()
