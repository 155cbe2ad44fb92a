"""Heartbeats of the processes that gunicorn and Celery run, and the watch that each of them keeps.

A worker's beats come from the children of its pool, where its work is done. No process fails for
its heartbeat.
"""

import logging
from typing import Any

from celery.signals import (
    beat_init,
    task_postrun,
    task_prerun,
    worker_init,
    worker_process_init,
    worker_process_shutdown,
)

logger = logging.getLogger(__name__)
_hearts: list[Any] = []
"""The heart of this process, once it beats. A list, because the worker's children are forks."""
_queues: list[str] = []


def start(kind: str, queues: tuple[str, ...] = ()) -> None:
    """Begin to beat. Models are imported late: gunicorn reads its configuration without Django."""
    try:
        from campaigns.reports.alerts.watch import keep_watch
        from newsletter.heartbeat.beat import Heartbeat
        from newsletter.models import ProcessKind

        heart = Heartbeat(ProcessKind(kind), queues)
        heart.start()
        keep_watch(heart)
        _hearts[:] = [heart]
    except Exception:
        logger.exception("The heartbeat can't start. The process works without it.")


def stop() -> None:
    """Note that this process ends."""
    while _hearts:
        _hearts.pop().stop()


def worked() -> None:
    """Note a piece of work that is done, as each round of the clock is."""
    for heart in _hearts:
        heart.end_work()


@worker_init.connect(weak=False)
def _remember_queues(sender: Any = None, **_: object) -> None:
    _queues[:] = sorted(str(name) for name in sender.app.amqp.queues.consume_from)


@worker_process_init.connect(weak=False)
def _start_child(**_: object) -> None:
    start("sender" if "bulk" in _queues else "worker", tuple(_queues))


@worker_process_shutdown.connect(weak=False)
def _stop_child(**_: object) -> None:
    stop()


@task_prerun.connect(weak=False)
def _begin_work(**_: object) -> None:
    for heart in _hearts:
        heart.begin_work()


@task_postrun.connect(weak=False)
def _end_work(**_: object) -> None:
    worked()


@beat_init.connect(weak=False)
def _start_clock(**_: object) -> None:
    start("clock")
