"""A Celery application on Redis with two tasks.

It runs by `celery --app tests.fakes.little_redis_worker worker`.
"""

import os
import time
from pathlib import Path

from celery import Celery, signals

from config.queues import redis_queue
from newsletter.core.redis_address import redis_address

FOLDER = Path(os.environ.get("LITTLE_WORKER_FOLDER", "/nonexistent"))

# Importing our queue has made this one of our processes, which beat and tell an outage once a
# minute. Tests wait for what Celery says of each failure.
os.environ.pop("DJANGO_SETTINGS_MODULE", None)
for signal in (
    signals.setup_logging,
    signals.worker_init,
    signals.worker_process_init,
    signals.worker_process_shutdown,
    signals.worker_before_create_process,
    signals.task_prerun,
    signals.task_postrun,
):
    signal.receivers.clear()

URL = os.environ.get("LITTLE_WORKER_BROKER", "redis://127.0.0.1:9/0")
app = Celery("little", broker=URL, set_as_current=False)
app.conf.broker_transport_options = redis_queue.transport_options(
    redis_address(URL), answers_within=float(os.environ.get("LITTLE_WORKER_PATIENCE", "1"))
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
