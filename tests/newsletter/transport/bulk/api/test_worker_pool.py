"""The threads of one mailer: they say when there is room for more, and when all have ended."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.core.standstill import elapsed
from newsletter.transport.bulk.api.work_queue import WorkQueue
from newsletter.transport.bulk.api.worker_pool import WorkerPool
from newsletter.transport.bulk.dispatch import Dispatch
from newsletter.transport.bulk.journal import Journal
from tests.newsletter.transport.sample_messages import many


@pytest.fixture
def make_queue(tmp_path: Path) -> Callable[[int], WorkQueue]:
    def make(number: int) -> WorkQueue:
        journal = Journal(tmp_path, f"claim{time.monotonic_ns()}", {})
        dispatch = Dispatch(
            journal, mailer="bulk", closes_at=elapsed() + 30, is_stopping=lambda: False
        )
        return WorkQueue(many(number), dispatch, few=2)

    return make


def test_there_is_room_when_as_few_are_left_as_there_are_to_be(
    make_queue: Callable[[int], WorkQueue],
) -> None:
    pool, queue, go_on = WorkerPool("bulk", 2), make_queue(5), threading.Semaphore(0)

    def work(queue: WorkQueue) -> None:
        while queue.take():
            go_on.acquire()

    batch = pool.submit(queue, work, calls=1)
    go_on.release()  # has taken one, and takes the second
    time.sleep(0.1)
    assert queue._room.empty()
    go_on.release()  # takes the third of five
    batch.wait_for_room()
    go_on.release(3)
    batch.finish()


def test_a_batch_of_nobody_has_room_and_is_over(make_queue: Callable[[int], WorkQueue]) -> None:
    batch = WorkerPool("bulk", 2).submit(make_queue(0), lambda _: None, calls=0)
    batch.wait_for_room()
    batch.finish()


def test_a_thread_that_fails_is_reported_when_the_others_have_ended(
    make_queue: Callable[[int], WorkQueue],
) -> None:
    queue, ended = make_queue(20), list[bool]()

    def work(queue: WorkQueue) -> None:
        [one] = queue.take()
        if one.key == 0:
            raise MemoryError
        time.sleep(0.1)
        ended.append(True)

    batch = WorkerPool("bulk", 6).submit(queue, work, calls=20)
    batch.wait_for_room()
    with pytest.raises(MemoryError):
        batch.finish()

    assert len(ended) == 5
