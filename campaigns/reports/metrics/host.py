"""Figures of the host that answers, and of the queue: no statement at all."""

import os
import platform
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import django
from django.conf import settings
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from campaigns.reports.diagnostics.processes import NEEDED
from campaigns.reports.metrics.gauges import gauge
from newsletter.core.code_version import code_version
from newsletter.core.redis_address import redis_address


def disk(_: datetime) -> Iterator[Metric]:
    """Tell how much room the disk of VAR_DIR has on this host."""
    host, room = os.uname().nodename, os.statvfs(settings.VAR_DIR)
    for name, says, number in (
        ("size_bytes", "Bytes of the disk of VAR_DIR.", room.f_blocks * room.f_frsize),
        (
            "free_bytes",
            "Bytes of the disk of VAR_DIR that are free.",
            room.f_bavail * room.f_frsize,
        ),
        ("free_files", "Inodes of the disk of VAR_DIR that are free.", room.f_favail),
    ):
        yield gauge(f"var_dir_{name}", says, ("host",), {(host,): float(number)})


def queues(_: datetime) -> Iterator[Metric]:
    """Tell how many hints lie in each queue of Celery. The rows are what must be done."""
    yield gauge(
        "queue_length",
        "Tasks that lie in a queue of Celery and no worker has taken.",
        ("queue",),
        {(queue,): float(number) for queue, number in _lengths().items()},
    )


def _lengths() -> dict[str, int]:
    if settings.REDIS_URL:
        with redis_address(settings.REDIS_URL).client(**settings.REDIS_OPTIONS) as client:
            asked = client.pipeline(transaction=False)
            for queue in NEEDED:
                asked.llen(queue)
            return dict(zip(NEEDED, asked.execute(), strict=True))
    waiting = Counter(
        path.stem.rpartition("~")[2] for path in Path(settings.VAR_DIR, "queue").glob("*.msg")
    )
    return {queue: waiting[queue] for queue in NEEDED}


def build(_: datetime) -> Iterator[Metric]:
    """Tell which code answers."""
    version = code_version()
    known = {
        "version": version.release,
        "commit": version.commit[:12],
        "python": platform.python_version(),
        "django": django.__version__,
    }
    family = GaugeMetricFamily(
        "convene_build_info", "1, with the version of the code that answers.", labels=list(known)
    )
    family.add_metric(list(known.values()), 1)
    yield family
