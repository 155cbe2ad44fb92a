"""The queue without Redis: each message whole, and each to one."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from kombu import Connection, Exchange, Queue

from config.env import BASE_DIR
from config.queues import embedded_queue
from tests.drills.hosts import children_of

BULK, CLOCK = (Queue(name, Exchange(name), routing_key=name) for name in ("bulk", "clock"))


def connect(folder: Path) -> Connection:
    return Connection(
        f"{embedded_queue.SCHEME}://localhost",
        transport_options=embedded_queue.transport_options(folder),
    )


def publish(folder: Path, first: int, number: int, queue: Queue = BULK) -> None:
    with connect(folder) as connection:
        producer = connection.Producer(serializer="json")
        for index in range(first, first + number):
            producer.publish(
                {"index": index},
                exchange=queue.exchange,
                routing_key=queue.routing_key,
                declare=[queue],
            )


def take_all(folder: Path, queue: Queue = BULK) -> list[int]:
    """Take until nothing has come for a second."""
    taken: list[int] = []

    def receive(body: dict[str, int], message: object) -> None:
        taken.append(body["index"])
        message.ack()  # type: ignore[attr-defined] # kombu has no types

    with (
        connect(folder) as connection,
        connection.Consumer([queue], callbacks=[receive], accept=["json"]),
    ):
        while True:
            try:
                connection.drain_events(timeout=1)
            except TimeoutError:
                return taken


def _take_into(folder: Path, out: object) -> None:
    out.put(take_all(folder))  # type: ignore[attr-defined] # a multiprocessing queue


def test_messages_come_in_their_order_and_leave_nothing_behind(tmp_path: Path) -> None:
    publish(tmp_path, 0, 25)
    assert take_all(tmp_path) == list(range(25))
    assert not list((tmp_path / "queue").iterdir())


@pytest.mark.thorough
def test_a_message_goes_to_its_own_queue(tmp_path: Path) -> None:
    publish(tmp_path, 0, 3, CLOCK)
    assert take_all(tmp_path, BULK) == []
    assert take_all(tmp_path, CLOCK) == [0, 1, 2]


@pytest.mark.thorough
def test_a_process_that_has_written_to_one_folder_can_write_to_another(tmp_path: Path) -> None:
    """kombu believes that it has bound a queue wherever it once has, in any folder."""
    for name in ("one", "other"):
        publish(tmp_path / name, 0, 1)
        assert take_all(tmp_path / name) == [0]


@pytest.mark.thorough
def test_processes_that_write_and_take_at_once_lose_nothing_and_get_nothing_twice(
    tmp_path: Path,
) -> None:
    spawn = get_context("spawn")
    out = spawn.Queue()
    writers = [
        spawn.Process(target=publish, args=(tmp_path, number * 200, 200)) for number in range(2)
    ]
    takers = [spawn.Process(target=_take_into, args=(tmp_path, out)) for _ in range(3)]
    for process in [*writers, *takers]:
        process.start()
    taken = Counter(index for _ in takers for index in out.get(timeout=60))
    for process in [*writers, *takers]:
        process.join(60)
    # A taker may have given up before the writers were done.
    taken.update(take_all(tmp_path))
    assert taken == Counter(range(400))


def test_a_message_half_written_is_not_seen(tmp_path: Path) -> None:
    embedded_queue.transport_options(tmp_path)
    (tmp_path / "queue" / "00000000000.1_x~bulk.draft").write_text("{", encoding="utf-8")
    assert take_all(tmp_path) == []


def test_a_full_disk_is_an_error_and_leaves_no_name_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_up(path: Path, *_: object, **__: object) -> None:
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", fill_up)

    with pytest.raises(OSError, match="No space"):
        publish(tmp_path, 0, 1)

    assert not list((tmp_path / "queue").iterdir())


@pytest.mark.parametrize("leftover", ["1_x~bulk.msg", "1_x~bulk.msg-taken", "1_x~bulk.draft"])
def test_a_new_run_begins_with_an_empty_folder(leftover: str, tmp_path: Path) -> None:
    embedded_queue.transport_options(tmp_path)
    (tmp_path / "queue" / leftover).touch()
    assert embedded_queue.empty(tmp_path) == 1
    assert not list((tmp_path / "queue").iterdir())


@contextmanager
def little_worker(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with a pool of two children."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "--app",
        "tests.fakes.little_worker",
        "worker",
        "--concurrency",
        "2",
        "--loglevel",
        "ERROR",
    ]
    environment = {**os.environ, "LITTLE_WORKER_FOLDER": str(folder)}
    process = subprocess.Popen(
        command, cwd=BASE_DIR, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.thorough
def test_whichever_of_its_children_is_killed_a_pool_goes_on(tmp_path: Path) -> None:
    """A child that waits for a task may hold what the others need."""
    tasks = Celery(broker=f"{embedded_queue.SCHEME}://", set_as_current=False)
    tasks.conf.broker_transport_options = embedded_queue.transport_options(tmp_path)
    with little_worker(tmp_path) as worker:
        tasks.send_task("touch", args=["before"], queue="celery")
        wait_for((tmp_path / "before").exists)
        children = set(children_of(worker.pid))

        for child in children:
            os.kill(child, signal.SIGKILL)
        wait_for(
            lambda: (
                len(children_of(worker.pid)) == 2 and not children & set(children_of(worker.pid))
            )
        )
        for name in ("first", "second", "third"):
            tasks.send_task("touch", args=[name], queue="celery")

        wait_for(lambda: all((tmp_path / name).exists() for name in ("first", "second", "third")))


def test_a_hint_that_has_expired_is_left_behind_at_once(tmp_path: Path) -> None:
    """A worker takes a few hints at each look.

    If it took expired ones, too, it might never reach one that is worth something.
    """
    gone, coming = (datetime.now(UTC) + timedelta(seconds=seconds) for seconds in (-1, 60))
    with connect(tmp_path) as connection:
        channel: Any = connection.channel()
        for expires in (gone, gone, coming):
            channel._put(BULK.name, {"headers": {"expires": expires.isoformat()}})
        assert channel._get(BULK.name)["headers"]["expires"] == coming.isoformat()
        assert channel._size(BULK.name) == 0
