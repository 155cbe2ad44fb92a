"""The staff pages of a list of a million: what each costs, its filters, searches and last page.

Beside the seconds stands the CPU time of the page and of PostgreSQL: seconds depend on who else
uses the machine.
"""

import json

from benchmarks.context import Context
from benchmarks.machine import load
from benchmarks.rows import Row, row

PEOPLE = 1_000_000
ROUNDS = 5
TO_REACH = 0.1
"""Seconds for a page."""
SENDING = 0.3
"""Seconds for the page from which a campaign is sent."""


def measure(context: Context) -> list[Row]:
    """Fill all lists, and open each page of each role."""
    with context.installation(context.size(PEOPLE)) as one:
        one.manage("approve_campaign", str(one.new_campaign("Approved")))
        one.new_campaign("A draft")
        one.run("-m", "benchmarks.staff_rows")
        before = load()
        printed = one.run("-m", "benchmarks.staff_walk", str(context.rounds(ROUNDS)))
        return [page_row(json.loads(line), before) for line in printed.splitlines()]


def page_row(seen: dict[str, object], before: list[float]) -> Row:
    """Return the row of one page.

    Args:
        seen: the figures that `benchmarks.staff_walk` printed.
        before: the machine's load.
    """
    seconds, cpu = float(str(seen["seconds"])), float(str(seen["cpu"]))
    to_reach = SENDING if str(seen["page"]).endswith("/launch/") else TO_REACH
    return row(
        f"{seen['role']}: {seen['page']}",
        f"{seconds * 1000:,.0f} ms, {cpu * 1000:,.0f} ms of CPU, {seen['statements']} statements",
        to_reach=f"{to_reach * 1000:.0f} ms",
        met=seconds <= to_reach,
        load=before,
        **seen,
    )
