"""Measurements that are programs of their own: the import, webhooks, the audit log, and images."""

import json
from collections.abc import Callable
from typing import Any

from benchmarks.context import Context
from benchmarks.machine import load
from benchmarks.rows import Row, row

SECONDS_OF_A_MILLION, MEMORY_MB = 70, 500
"""To be reached by the import of a million rows."""
_IMPORT_STEPS = {
    "read": "reading",
    "check": "check",
    "import": "import",
    "again: import": "import again, with 1 % more,",
    "undo": "undo",
}
AUDITED = 1_000_000
AUDITED_A_SECOND = 10_000
"""So that a million takes a minute and a half."""
UPLOAD_SECONDS, UPLOAD_MB = 2, 200
"""Beside which a person doesn't wonder, and a host of 1 GB has room for all else."""
_WEBHOOKS: dict[str, tuple[str, Callable[[float], bool]]] = {
    "webhooks, one event a request": ("1,500/s", lambda value: value >= 1_500),
    "webhooks, one event a request, p99": ("100 ms", lambda value: value < 100),
    "webhooks, 1,000 events a request": ("20,000/s", lambda value: value >= 20_000),
    "folding of provider events": ("5,000/s", lambda value: value >= 5_000),
}
"""The targets, by the names that the programs give their figures."""


def import_subscribers(context: Context) -> list[Row]:
    """Measure the takeover of a large list, as the staff pages do it."""
    rows = context.size(context.imported)
    found = []
    for options, name in (((), "rows"), (("--workbook",), "rows of a workbook")):
        with context.installation(0) as one:
            figures: dict[str, Any] = json.loads(
                one.run("-m", "benchmarks.import_subscribers", "--rows", str(rows), *options)
            )
        steps: dict[str, dict[str, float]] = figures["steps"]
        found += [
            _import_row(f"{label} of {rows:,} {name}", rows, **steps[step], load=figures["load"])
            for step, label in _IMPORT_STEPS.items()
        ]
    return found


def _import_row(
    what: str,
    rows: int,
    *,
    seconds: float,
    cpu: float,
    database_cpu: float,
    memory_mb: float,
    load: list[float],
) -> Row:
    in_time = rows * SECONDS_OF_A_MILLION / 1_000_000
    to_reach = f"{in_time:g} s, {MEMORY_MB} MB" if what.startswith("import ") else ""
    return row(
        what,
        f"{seconds:g} s (CPU: {cpu:g} s, PostgreSQL {database_cpu:g} s), {memory_mb:g} MB",
        to_reach=to_reach,
        met=seconds <= in_time and memory_mb <= MEMORY_MB if to_reach else None,
        seconds=seconds,
        cpu=cpu,
        database_cpu=database_cpu,
        memory_mb=memory_mb,
        load=load,
    )


def audit(context: Context) -> list[Row]:
    """Measure the verification of an audit log of some decades."""
    before = load()
    with context.installation(0) as one:
        figures: dict[str, Any] = json.loads(
            one.run("-m", "benchmarks.audit", "--entries", str(context.size(AUDITED)))
        )
    rate = figures["entries_a_second"]
    return [
        row(
            f"verify_audit of {figures['entries']:,} entries",
            f"{rate:,}/s, {figures['cpu_seconds']} s of CPU, {figures['memory_mb']} MB more",
            to_reach=f"{AUDITED_A_SECOND:,}/s",
            met=rate >= AUDITED_A_SECOND,
            **figures,
            load=before,
        )
    ]


def images(context: Context) -> list[Row]:
    """Measure the upload of photos."""
    before = load()
    with context.installation(0) as one:
        rounds = str(context.rounds(5))
        figures: dict[str, Any] = json.loads(one.run("-m", "benchmarks.images", "--rounds", rounds))
    seconds, memory = figures["seconds"], figures["memory_mb"]
    return [
        row(
            "upload of an image of 12 megapixels",
            f"{seconds} s, {memory} MB",
            to_reach=f"{UPLOAD_SECONDS} s, {UPLOAD_MB} MB",
            met=seconds <= UPLOAD_SECONDS and memory <= UPLOAD_MB,
            **figures,
            load=before,
        )
    ]


def webhooks(context: Context) -> list[Row]:
    """Measure how provider reports are taken in, and how they are processed."""
    before = load()
    with context.installation(0) as one:
        lines = one.run("-m", "benchmarks.webhooks").splitlines()
    figures = [json.loads(line) for line in lines]
    return [_webhook_row(**figure, load=before) for figure in figures]


def _webhook_row(*, name: str, value: float, unit: str, load: list[float]) -> Row:
    to_reach, is_met = _WEBHOOKS[name]
    return row(
        name, f"{value:,} {unit}", to_reach=to_reach, met=is_met(value), value=value, load=load
    )
