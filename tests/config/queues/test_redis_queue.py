"""The queue in Redis: a Redis that hung costs seconds, and never a worker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery
from kombu import Connection, Exchange, Queue

from config.env import BASE_DIR
from config.queues import redis_queue
from newsletter.core.redis_address import redis_address
from tests.fakes.own_redis import OwnRedis, own_redis

PATIENCE = 0.3
"""Seconds that these tests' workers wait for an answer, instead of ANSWERS_WITHIN."""
BULK = Queue("bulk", Exchange("bulk"), routing_key="bulk")


@pytest.fixture
def server() -> Iterator[OwnRedis]:
    with own_redis() as started:
        yield started


# --- One channel -----------------------------------------------------------------------


@contextmanager
def consumer_of_one(server: OwnRedis) -> Iterator[tuple[Connection, list[Any]]]:
    """A connection that may hold one message at a time, and what has come."""
    options = redis_queue.transport_options(redis_address(server.url), answers_within=PATIENCE)
    taken: list[Any] = []
    with Connection(server.url, transport_options=options) as connection:
        producer = connection.Producer(serializer="json")
        for index in range(2):
            producer.publish(
                {"index": index},
                exchange=BULK.exchange,
                routing_key=BULK.routing_key,
                declare=[BULK],
            )
        with connection.Consumer(
            [BULK],
            callbacks=[lambda _, message: taken.append(message)],
            accept=["json"],
            prefetch_count=1,
        ):
            yield connection, taken


def answers(message: Any) -> list[Callable[[], None]]:
    return [message.ack, message.reject, message.requeue]


@pytest.mark.parametrize("way", range(3), ids=["acknowledged", "thrown away", "given back"])
def test_a_message_that_redis_did_not_let_go_of_holds_no_slot(server: OwnRedis, way: int) -> None:
    with consumer_of_one(server) as (connection, taken):
        connection.drain_events(timeout=30)
        with server.hung(), pytest.raises((redis.TimeoutError, redis.ConnectionError)):
            answers(taken[0])[way]()

        connection.drain_events(timeout=30)

        assert len(taken) == 2


def test_every_address_of_a_redis_leads_to_our_transport() -> None:
    for url in ("redis://127.0.0.1:9/0", "rediss://127.0.0.1:9/0"):
        transport = Connection(redis_address(url).broker_url).transport
        assert isinstance(transport, redis_queue.RedisTransport)
    sentinels = redis_address("redis+sentinel://127.0.0.1:9,127.0.0.1:8/0?master=convene")
    options = redis_queue.transport_options(sentinels, answers_within=1)
    connection = Connection(sentinels.broker_url, transport_options=options)
    assert isinstance(connection.transport, redis_queue.SentinelTransport)


# --- A worker --------------------------------------------------------------------------


class LittleWorker:
    """Two children that hold a task each, and what the worker has said."""

    def __init__(self, folder: Path, server: OwnRedis, *flags: str) -> None:
        self.folder, self._tasks = folder, Celery(broker=server.url, set_as_current=False)
        command = [
            sys.executable,
            "-m",
            "celery",
            "--app",
            "tests.fakes.little_redis_worker",
            "worker",
            "--concurrency",
            "2",
        ]
        environment = {
            **os.environ,
            "LITTLE_WORKER_FOLDER": str(folder),
            "LITTLE_WORKER_BROKER": server.url,
            "LITTLE_WORKER_PATIENCE": str(PATIENCE),
        }
        self._log = folder / "log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, "--loglevel", "INFO", *flags],
                cwd=BASE_DIR,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def end(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def ask(self, task: str, name: str) -> None:
        self._tasks.send_task(task, args=[name], queue="celery")

    def let_end(self, *names: str) -> None:
        for name in names:
            (self.folder / f"{name}-may-end").touch()

    def wait_for_files(self, *names: str) -> None:
        self._wait_until(lambda: all((self.folder / name).exists() for name in names))

    def wait_for_words(self, words: str, *, times: int) -> None:
        self._wait_until(lambda: self._log.read_text(encoding="utf-8").count(words) >= times)

    def _wait_until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 120
        while not condition():
            assert time.monotonic() < end, self._log.read_text(encoding="utf-8")[-3000:]
            assert self._process.poll() is None, self._log.read_text(encoding="utf-8")[-3000:]
            time.sleep(0.05)


@contextmanager
def worker_with_two_tasks(folder: Path, server: OwnRedis, *flags: str) -> Iterator[LittleWorker]:
    worker = LittleWorker(folder, server, *flags)
    try:
        for name in ("one", "other"):
            worker.ask("hold", name)
        worker.wait_for_files("one-began", "other-began")
        yield worker
    finally:
        worker.end()


LONELY = ("--without-gossip", "--without-mingle", "--without-heartbeat")
"""As the Procfile starts workers. Others may start them without."""


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize(
    "flags", [LONELY, ()], ids=["as in the Procfile", "with gossip, mingle and heartbeat"]
)
def test_a_worker_all_of_whose_acknowledgements_were_lost_takes_tasks_again(
    server: OwnRedis, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    with worker_with_two_tasks(tmp_path, server, *flags) as worker:
        with server.hung():
            worker.let_end("one", "other")
            worker.wait_for_words("Couldn't ack", times=2)

        for name in ("first", "second", "third"):
            worker.ask("touch", name)

        worker.wait_for_files("first", "second", "third")


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize("when", ["while it is away", "when it is back"])
def test_a_worker_that_lost_its_connection_takes_tasks_again(
    server: OwnRedis, tmp_path: Path, when: str
) -> None:
    """Its tasks may end before it has a connection again, or after that."""
    with worker_with_two_tasks(tmp_path, server, *LONELY) as worker:
        with server.hung():
            worker.wait_for_words("Cannot connect to", times=1)
            if when == "while it is away":
                worker.let_end("one", "other")
                worker.wait_for_files("one-ended", "other-ended")
        worker.wait_for_words("Connected to", times=2)
        worker.let_end("one", "other")

        for name in ("first", "second", "third"):
            worker.ask("touch", name)

        worker.wait_for_files("first", "second", "third")
