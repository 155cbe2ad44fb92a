"""The real settings with shorter times: a history takes seconds, an installation minutes."""

from datetime import timedelta

from tests.drills import clocks

clocks.install()  # before anything of the product is imported, which may keep the clock's name

from config.queues import embedded_queue
from config.settings import *  # noqa: F403 - all of them
from config.settings import CELERY_BEAT_SCHEDULE as REAL_SCHEDULE
from config.settings import INSTALLED_APPS as REAL_APPS
from tests.drills.patience import LEASE, SEND_BATCH_SIZE

__all__ = ["SEND_BATCH_SIZE"]

SWEEP = 1.0
"""The interval of the clock's frequent jobs, in seconds."""
# A worker takes two hints at each look. With the clock's jobs ten times as often, it would lag
# behind until they expire, and some of them, always the same, would never run.
embedded_queue.POLLING_INTERVAL /= 5

CELERY_BEAT_SCHEDULE = {
    name: {**job, "schedule": SWEEP, "options": {**job["options"], "expires": 5.0}}
    if job["schedule"] <= 60
    else job
    for name, job in REAL_SCHEDULE.items()
}

CLAIM_LEASE = timedelta(seconds=LEASE)
"""A quarter of it is for the slowest call: the mailers of a history have a timeout of 2 seconds."""
RETRY_FIRST_WAIT, RETRY_LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=4)
MAILER_FIRST_REST, MAILER_LONGEST_REST = timedelta(seconds=1), timedelta(seconds=4)
MAILER_CIRCUIT = timedelta(seconds=3)
WAKE_AFTER = timedelta(seconds=3)
UNDO_WINDOW = timedelta()
INSTALLED_APPS = [*REAL_APPS, "tests.drills.amazon"]
