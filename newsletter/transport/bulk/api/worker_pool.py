"""The worker pool of one mailer: threads that make its calls, and stay between batches."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

from newsletter.transport.bulk.api.work_queue import WorkQueue


class PooledBatch:
    """A batch that the threads of a pool send.

    A caller that is interrupted while it waits closes the batch's dispatch, and so ends it: nothing
    more begins, and the threads come back by themselves, each with its connection, when what was in
    flight has had its answer.
    """

    def __init__(self, queue: WorkQueue, workers: Sequence[Future[None]]) -> None:
        self._queue, self._workers = queue, workers
        # A queue rather than an event: an exception that a signal brings can't leave its lock
        # taken.
        self._ended: SimpleQueue[Future[None]] = SimpleQueue()
        for worker in workers:
            worker.add_done_callback(self._note)

    def wait_for_room(self) -> None:
        """Wait until so little is left that the connections will soon be idle. Ask once."""
        self._queue.wait_for_room()

    def finish(self) -> None:
        """Wait until nothing is in flight any more.

        Raises:
            Exception: whatever a thread has raised, once all have ended.
        """
        for worker in [self._ended.get() for _ in self._workers]:
            worker.result()

    def _note(self, worker: Future[None]) -> None:
        self._ended.put(worker)
        # A thread that ends has found nothing left to begin, or that nothing may.
        self._queue.announce_room()


class WorkerPool:
    """Threads that make calls to one mailer, given batches by the thread that claims."""

    def __init__(self, alias: str, size: int) -> None:
        """
        Args:
            alias: of the mailer.
            size: how many threads.
        """
        self._size = size
        # The threads begin with the first batch.
        self._threads = ThreadPoolExecutor(size, thread_name_prefix=alias)

    def submit(
        self, queue: WorkQueue, work: Callable[[WorkQueue], None], *, calls: int
    ) -> PooledBatch:
        """Set the threads to work on a batch, behind the one that is still in flight.

        Args:
            work: what each thread does, until the queue is empty.
            calls: at most so many threads have something to do.
        """
        workers = [self._threads.submit(work, queue) for _ in range(min(calls, self._size))]
        return PooledBatch(queue, workers)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown()
