"""Ten million deliveries to a million people: the dashboard, “Over time”, lists and reports.

Counted by workers are the months of topics, first all of them, then those that are open, and a
campaign by groups. The pages read what was counted.
"""

import json

from benchmarks.context import Context
from benchmarks.machine import load
from benchmarks.rows import Row, row
from benchmarks.staff_pages import page_row

PEOPLE = 1_000_000
ROUNDS = 5
PAGES = (
    "/staff/",
    "/staff/campaigns/campaign/over-time/",
    "/staff/campaigns/campaign/over-time/?topic={topic}",
    "/staff/subscribers/subscriber/",
    "/staff/campaigns/campaign/{campaign}/report/",
)
TO_REACH = {"all months": 60.0, "open months": 20.0, "nothing new": 2.0, "one campaign": 20.0}
"""Seconds for a worker, which nobody waits for."""


def measure(context: Context) -> list[Row]:
    """Fill an old installation, let a worker count, and open the pages."""
    with context.installation(context.size(PEOPLE)) as one:
        one.manage("approve_campaign", str(one.new_campaign("Approved")))
        one.new_campaign("A draft")
        one.run("-m", "benchmarks.staff_rows")
        before = load()
        counted = json.loads(one.run("-m", "benchmarks.old_campaigns"))
        rounds = str(context.rounds(ROUNDS))
        printed = one.run("-m", "benchmarks.staff_walk", rounds, *PAGES)
        [deliveries] = one.row("SELECT count(*) FROM campaigns_delivery")
        return [
            *(
                row(
                    f"a worker counts: {what}",
                    f"{seconds:.1f} s",
                    to_reach=f"{TO_REACH[what]:.0f} s",
                    met=seconds <= TO_REACH[what],
                    seconds=seconds,
                    deliveries=deliveries,
                    load=before,
                )
                for what, seconds in counted.items()
            ),
            *(page_row(json.loads(line), before) for line in printed.splitlines()),
        ]
