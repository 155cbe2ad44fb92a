"""Waking workers: a hint that a row waits, sent once the row is committed."""

import logging
from functools import partial
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction

from newsletter.core.redis_circuit import NotAsked, ask

logger = logging.getLogger(__name__)


def wake(task: str, *args: Any, queue: str, expires: float | None = None) -> None:
    """Ask a worker to run `task` once the present transaction has committed.

    The row is the job; this is only a hint that saves a few seconds. A broker that can't be reached
    therefore fails nothing, and is not waited for (newsletter.core.redis_circuit): the clock finds
    the row.

    Args:
        task: the task's registered name, such as newsletter.deliver_message.
        args: its arguments; ids, never rows.
        queue: one of config.celery.QUEUES.
        expires: seconds after which the hint is worth nothing; for those that are repeated.
    """
    transaction.on_commit(partial(_publish, task, args, queue, expires), robust=True)


def _publish(task: str, args: tuple[Any, ...], queue: str, expires: float | None) -> None:
    publish = partial(current_app.send_task, task, args=args, queue=queue, expires=expires)
    try:
        if settings.REDIS_URL:
            ask(publish)
        else:
            publish()
    except NotAsked:
        logger.debug("%s is left to the clock", task)
    except Exception as error:  # noqa: BLE001 - whatever the broker's client raises, the clock makes up for it
        logger.warning("Could not wake %s (%s); the clock will", task, error)
