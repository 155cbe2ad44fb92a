"""Figures of processes and mailers, and of what `doctor` finds."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Max
from prometheus_client import Metric

from campaigns.reports.alerts.follow import ripe
from campaigns.reports.alerts.tell import LEVELS
from campaigns.reports.diagnostics.processes import NEEDED, SILENT
from campaigns.reports.metrics.gauges import Labels, gauge
from newsletter.models import MailerHealth, ProcessKind, RunningProcess


def processes(now: datetime) -> Iterator[Metric]:
    """Tell which processes run, by their heartbeats: two statements over as many rows as those."""
    seen = RunningProcess.objects.order_by().values_list("host", "kind")
    yield gauge(
        "process_last_seen_timestamp_seconds",
        "When a process of a kind last said that it runs, for each host.",
        ("host", "kind"),
        {
            (host, kind): last.timestamp()
            for host, kind, last in seen.annotate(last=Max("seen_at")).order_by("host", "kind")
        },
    )
    alive = list(RunningProcess.objects.filter(seen_at__gte=now - SILENT, ended_at=None))
    kinds = Counter(row.kind for row in alive)
    yield gauge(
        "processes",
        "Processes of a kind that run.",
        ("kind",),
        {(kind,): float(kinds[kind]) for kind in ProcessKind.values},
    )
    takers = Counter(name for row in alive for name in row.queue_names)
    yield gauge(
        "queue_takers",
        "Processes that take work from a queue.",
        ("queue",),
        {(queue,): float(takers[queue]) for queue in NEEDED},
    )


def mailers(now: datetime) -> Iterator[Metric]:
    """Tell which mailers rest: one statement over the few rows of mailers in trouble."""
    names = sorted({mailer.name for mailer in settings.MAILER_SETTINGS.values()})
    trouble = {row.mailer: row for row in MailerHealth.objects.filter(mailer__in=names)}
    resting = {name for name, row in trouble.items() if row.rests_until > now}
    refusing = {name for name, row in trouble.items() if row.is_misconfigured}
    yield gauge(
        "mailer_resting",
        "1 while a mailer is left alone, because it took nothing when it was last tried.",
        ("mailer",),
        {(name,): float(name in resting) for name in names},
    )
    yield gauge(
        "mailer_misconfigured",
        "1 while a mailer refuses our settings.",
        ("mailer",),
        {(name,): float(name in refusing) for name in names},
    )


def findings(_: datetime) -> Iterator[Metric]:
    """Count what `doctor` finds, as the clock last found it: one statement over its few rows."""
    counted = Counter[Labels]((row.check_name, LEVELS[row.level]) for row in ripe())
    yield gauge(
        "findings",
        "Findings of a check of manage.py doctor that the clock has seen, by level.",
        ("check", "level"),
        {labels: float(number) for labels, number in sorted(counted.items())},
    )
