"""Measurements that are programs of their own: the import, webhooks, and the audit log."""

import json
from collections.abc import Callable
from typing import Any

from benchmarks.context import Context
from benchmarks.machine import load
from benchmarks.rows import Row, row

IMPORTED = 100_000
AUDITED = 1_000_000
AUDITED_A_SECOND = 10_000
"""So that a million takes a minute and a half."""
_WEBHOOKS: dict[str, tuple[str, Callable[[float], bool]]] = {
    "webhooks, one event a request": ("1,500/s", lambda value: value >= 1_500),
    "webhooks, one event a request, p99": ("100 ms", lambda value: value < 100),
    "webhooks, 1,000 events a request": ("20,000/s", lambda value: value >= 20_000),
    "folding of provider events": ("5,000/s", lambda value: value >= 5_000),
}
"""The targets, by the names that the programs give their figures."""


def import_subscribers(context: Context) -> list[Row]:
    """Measure the takeover of a large list."""
    rows = context.size(IMPORTED)
    with context.installation(0) as one:
        figures: dict[str, Any] = json.loads(
            one.run("-m", "benchmarks.import_subscribers", "--rows", str(rows))
        )
    rate, to_reach = figures["rows_a_second"], figures["listmonk_rows_a_second"]
    return [
        row(
            f"import of {rows:,} rows",
            f"{rate:,}/s",
            to_reach=f"{to_reach:,}/s (listmonk)",
            met=rate >= to_reach,
            **figures,
        )
    ]


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
            f"{rate:,}/s, {figures['memory_mb']} MB more",
            to_reach=f"{AUDITED_A_SECOND:,}/s",
            met=rate >= AUDITED_A_SECOND,
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
