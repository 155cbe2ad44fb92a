"""A Celery application on the embedded queue with one task.

It runs by `celery --app tests.fakes.little_worker worker`.
"""

import os
from pathlib import Path

from celery import Celery

from config.queues import embedded_queue

FOLDER = Path(os.environ.get("LITTLE_WORKER_FOLDER", "/nonexistent"))

app = Celery("little", broker=f"{embedded_queue.SCHEME}://", set_as_current=False)
app.conf.worker_enable_remote_control = False
if FOLDER.exists():
    app.conf.broker_transport_options = embedded_queue.transport_options(FOLDER)


@app.task(name="touch")
def touch(name: str) -> None:
    """Leave a file."""
    (FOLDER / name).touch()
