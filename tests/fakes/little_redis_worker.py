"""A Celery application on Redis with two tasks.

It runs by `celery --app tests.fakes.little_redis_worker worker`.
"""

import os
import time
from pathlib import Path

from celery import Celery

from config.queues import redis_queue

FOLDER = Path(os.environ.get("LITTLE_WORKER_FOLDER", "/nonexistent"))

app = Celery(
    "little",
    broker=os.environ.get("LITTLE_WORKER_BROKER", "redis://127.0.0.1:9/0"),
    set_as_current=False,
)
app.conf.broker_transport_options = redis_queue.transport_options(
    answers_within=float(os.environ.get("LITTLE_WORKER_PATIENCE", "1"))
)
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    broker_connection_max_retries=None,
)


@app.task(name="touch")
def touch(name: str) -> None:
    """Leave a file."""
    (FOLDER / name).touch()


@app.task(name="hold")
def hold(name: str) -> None:
    """Note the beginning in a file, and end once another file appears."""
    (FOLDER / f"{name}-began").touch()
    while not (FOLDER / f"{name}-may-end").exists():
        time.sleep(0.02)
    (FOLDER / f"{name}-ended").touch()
