"""Short times, and a clock that looks each second for what campaigns and reports call for."""

from tests.journeys.short_times import *  # noqa: F403 - all of them
from tests.journeys.short_times import CELERY_BEAT_SCHEDULE as REAL_SCHEDULE

QUICK = ("advance campaigns", "fold provider events", "sweep the outbox")

CELERY_BEAT_SCHEDULE = {
    name: {**job, "schedule": 1.0} if name in QUICK else job for name, job in REAL_SCHEDULE.items()
}
