"""Waking workers: a hint that a row waits, sent once the row is committed."""

import logging
import threading
import time
from functools import partial
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction

from newsletter.core.redis_circuit import NotAsked, ask

logger = logging.getLogger(__name__)

BETWEEN_HINTS = 0.2
"""Seconds in which a process gives no further hint of the same kind."""
SECOND_HINT = 0.9
"""Seconds after which a worker takes the second hint: beyond the time without hints, by so much
that the clocks of two hosts may differ by half a second.
"""
HINT_EXPIRES = 10.0
"""Seconds after which such a hint is worth nothing: others have come, and the clock looks, too."""
_given: dict[str, float] = {}
_lock = threading.Lock()


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


def wake_soon(task: str, *, queue: str, expires: float = HINT_EXPIRES) -> None:
    """Ask a worker to run `task`, which looks for all rows that wait, after the present commit.

    A flood of rows doesn't make a flood of hints: a process gives two at once, of which a worker
    takes the second a moment later, and none in between. So each row has a hint after it.

    Args:
        expires: seconds after which the hint is worth nothing.
    """
    transaction.on_commit(partial(_publish_soon, task, queue, expires), robust=True)


def _publish_soon(task: str, queue: str, expires: float) -> None:
    with _lock:
        now = time.monotonic()
        if now - _given.get(task, -BETWEEN_HINTS) < BETWEEN_HINTS:
            return
        _given[task] = now
    _publish(task, (), queue, expires)
    _publish(task, (), queue, expires + SECOND_HINT, SECOND_HINT)


def _publish(
    task: str,
    args: tuple[Any, ...],
    queue: str,
    expires: float | None,
    countdown: float | None = None,
) -> None:
    publish = partial(
        current_app.send_task,
        task,
        args=args,
        queue=queue,
        expires=expires,
        countdown=countdown,
    )
    try:
        if settings.REDIS_URL:
            ask(publish)
        else:
            publish()
    except NotAsked:
        logger.debug("%s is left to the clock", task)
    except Exception as error:  # noqa: BLE001 - whatever the broker's client raises, the clock makes up for it
        logger.warning("Could not wake %s (%s); the clock will", task, error)
