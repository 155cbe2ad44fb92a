"""Openings of the links of a campaign, where it counts them: by all together."""

from typing import NamedTuple

from campaigns.models import Campaign, CountedLink
from campaigns.reports.breakdown import ARRIVED
from campaigns.reports.totals import totals

FEWEST_RECIPIENTS = 20
"""Of fewer, a number would tell too much of each."""
STEP = 5
"""Numbers are rounded down to a multiple, so that nobody sees one more opening and whose it was."""


class LinkLine(NamedTuple):
    """One link, and how often it was opened, each number rounded down.

    Attributes:
        opened: by browsers that looked like a person's.
        by_programs: by others.
    """

    url: str
    opened: int
    by_programs: int


def opened_links(campaign: Campaign) -> list[LinkLine]:
    """Return the links of a campaign, the most opened first; of too few recipients none."""
    by_status = totals(campaign).by_status
    if sum(by_status[status] for status in ARRIVED) < FEWEST_RECIPIENTS:
        return []
    rows = CountedLink.objects.filter(campaign=campaign)
    lines = [LinkLine(row.url, _rounded(row.opened), _rounded(row.by_programs)) for row in rows]
    return sorted(lines, key=lambda line: (-line.opened, line.url))


def _rounded(number: int) -> int:
    return number - number % STEP
