"""Each queue has a worker, each entry of the schedule has a task, and each task is called."""

import re
from importlib import import_module

from celery import current_app
from django.conf import settings

from config.celery import QUEUES
from config.env import BASE_DIR
from tests.architecture.sources import modules, text_of

PROCFILE = (BASE_DIR / "Procfile").read_text(encoding="utf-8")
SOURCES = {str(path): text_of(path) for path in modules()}


def tasks_of_ours() -> set[str]:
    for app in ("newsletter", "staff", "subscribers", "campaigns"):
        import_module(f"{app}.tasks")
    return {name for name in current_app.tasks if not name.startswith("celery.")}


def test_make_run_starts_a_worker_for_every_queue() -> None:
    workers = re.findall(r"--queues\s+(\S+)", PROCFILE)
    assert sorted(name for names in workers for name in names.split(",")) == sorted(QUEUES)


def test_make_run_starts_one_clock() -> None:
    assert len(re.findall(r"^\w+:.*\bbeat\b", PROCFILE, re.MULTILINE)) == 1


def test_the_clock_wakes_only_tasks_that_there_are_on_queues_that_there_are() -> None:
    schedule = settings.CELERY_BEAT_SCHEDULE.values()
    assert {entry["task"] for entry in schedule} <= tasks_of_ours()
    assert {entry["options"]["queue"] for entry in schedule} <= set(QUEUES)


def test_a_beat_that_nobody_took_expires_before_the_next() -> None:
    assert all(
        entry["options"]["expires"] <= entry["schedule"]
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
    )


def test_every_task_is_woken_by_the_clock_or_by_a_function() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    for name in tasks_of_ours() - scheduled:
        wakers = [
            path
            for path, text in SOURCES.items()
            if f'"{name}"' in text and not path.endswith("tasks.py")
        ]
        assert wakers, f"nobody wakes {name}"


def test_whoever_wakes_a_task_names_a_task_and_a_queue_that_there_are() -> None:
    woken = {
        name for text in SOURCES.values() for name in re.findall(r'\bwake\(\s*"([\w.]+)"', text)
    }
    assert woken
    assert woken <= tasks_of_ours()
    assert {
        queue for text in SOURCES.values() for queue in re.findall(r'\bqueue="(\w+)"', text)
    } <= set(QUEUES)


def test_a_message_goes_to_the_queue_that_it_is_sent_to_and_to_no_other() -> None:
    """Queues have exchanges of their own.

    Celery binds queues without an exchange to that of the default queue, and then every message
    reaches all of them.
    """
    queues = current_app.amqp.queues
    assert {name: (queue.exchange.name, queue.routing_key) for name, queue in queues.items()} == {
        name: (name, name) for name in QUEUES
    }


def test_a_task_that_is_cut_off_comes_back() -> None:
    assert current_app.conf.task_acks_late
    assert current_app.conf.task_reject_on_worker_lost
    assert current_app.conf.task_time_limit < 3600, (
        "below the visibility timeout, or a task would run twice in parallel"
    )
