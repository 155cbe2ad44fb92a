"""The Celery app.

The rows in the database are the queue, so a lost message costs seconds, never mail.
"""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import (
    beat_init,
    setup_logging,
    task_prerun,
    worker_before_create_process,
    worker_init,
    worker_shutting_down,
)
from django.conf import settings
from kombu import Exchange, Queue
from structlog.contextvars import bind_contextvars, clear_contextvars

from config.queues import embedded_queue, redis_queue
from newsletter.core.redis_address import redis_address
from newsletter.core.running_lock import BeingRestored, share_running_lock
from newsletter.core.shutdown import ask_to_stop

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

QUEUES = ("transactional", "bulk", "clock")
"""Each needs a worker: the Procfile starts one for campaigns and one for the others, production one
or more for each.
"""


class Convene(Celery):
    """A Celery app whose publishers wait briefly, and whose workers wait longer.

    A publisher needn't wait, because the clock finds the row anyway.
    """

    def connection_for_read(self, url: str | None = None, **options: Any) -> Any:
        """Return the connection that a worker takes its hints from."""
        if settings.REDIS_URL:
            options.setdefault(
                "transport_options",
                redis_queue.transport_options(
                    redis_address(settings.REDIS_URL), answers_within=settings.BROKER_WAIT
                ),
            )
        return super().connection_for_read(url, **options)


app = Convene("convene")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # Each with an exchange of its own name: without one, Celery binds all of them to the default
    # queue's exchange, and then each message goes to every queue.
    task_queues=[Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
    task_default_queue="clock",
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    # A killed child's task comes back, and is safe to run again: every task starts from the rows.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    # Seconds for a child to be ready. On a machine with too much to do the default of four would
    # have it killed again and again; and the end of a worker waits for one that isn't.
    worker_proc_alive_timeout=10,
    # Tasks last seconds. The hard limit stays far below the visibility timeout, or a task would run
    # twice in parallel.
    task_time_limit=300,
    task_soft_time_limit=270,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    # As often as it takes: the default ends after a hundred attempts.
    broker_connection_max_retries=None,
    # A publish that fails must fail soon: the clock finds the row anyway.
    task_publish_retry=False,
    beat_scheduler="config.queues.beat:Scheduler",
)
if settings.REDIS_URL:
    app.conf.broker_transport_options = redis_queue.transport_options(
        redis_address(settings.REDIS_URL), answers_within=settings.REDIS_WAIT
    )
else:
    app.conf.broker_transport_options = embedded_queue.transport_options(settings.VAR_DIR)
    # Remote control would leave a folder full of files that nobody reads.
    app.conf.worker_enable_remote_control = False
app.autodiscover_tasks(["newsletter", "staff", "subscribers", "campaigns"])

# The parent of a pool hears SIGTERM, and waits for the tasks of its children; a task that takes
# long looks whether it is to end. A child that gets SIGTERM itself is interrupted: billiard raises
# SystemExit in it, whatever handler it was given at its start.
worker_shutting_down.connect(ask_to_stop, weak=False)


@worker_init.connect(weak=False)
@beat_init.connect(weak=False)
def _share_running_lock(**_: object) -> None:
    """Refuse to start while a backup is being restored here, and no restore while this runs."""
    try:
        share_running_lock(settings.VAR_DIR)
    except BeingRestored as problem:
        # Celery logs other exceptions of its signals, and goes on.
        raise SystemExit(str(problem)) from None


@setup_logging.connect(weak=False)
def _leave_logging_alone(**_: object) -> None:
    """Keep Celery's handlers away: Django's settings have set up logging (config.logs)."""


@task_prerun.connect(weak=False)
def _name_task(task: Any, **_: object) -> None:
    """Have the lines that a task logs name it."""
    clear_contextvars()  # of the task that this process did before
    bind_contextvars(task=task.name)


@worker_before_create_process.connect(weak=False)
def _share_memory(**_: object) -> None:
    """Keep what was loaded before a fork shared with the children.

    A garbage collection would write to all of it, to find that none of it is garbage.
    """
    gc.collect()
    gc.freeze()
