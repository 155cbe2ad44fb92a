"""Openings of the links of a campaign, where it counts them: by all together."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import F, Max, Q
from django.utils import timezone

from campaigns.models import Campaign, CountedLink, Delivery
from campaigns.reports.breakdown import ARRIVED

FEWEST_READERS = 20
"""Of fewer, a number would tell too much of each."""
STEP = 5
"""Numbers are rounded down to a multiple, so that nobody sees one more opening."""
TOLD_EVERY = timedelta(hours=23)
"""A little less than the day after which the clock asks, which may be early by seconds."""
QUIET = timedelta(days=1)
"""After the last email left. Whoever gets theirs alone, as by a retry, is one of many by then."""


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
    """Return what may be told of the links of a campaign, the most opened first."""
    rows = CountedLink.objects.filter(campaign=campaign).exclude(told=None)
    lines = [
        LinkLine(row.url, _rounded(row.told or 0), _rounded(row.told_by_programs or 0))
        for row in rows
    ]
    return sorted(lines, key=lambda line: (-line.opened, line.url))


def tell_links(*, now: datetime | None = None) -> int:
    """Let reports tell of the links that may be told of: once a day, all of a campaign together.

    Numbers that followed each opening would tell when it was, and of a campaign that has just
    reached one more person, whose. So it waits for QUIET, and a link that fewer than FEWEST_READERS
    got in the languages that hold it is never told of. People in discreet mode got none.

    Returns:
        The number of links told of.
    """
    now = now or timezone.now()
    # Also where nothing was opened since: what waits for an opening would tell when it was.
    campaigns = (
        Campaign.objects.filter(counts_links=True, last_claim_at__lt=now - QUIET)
        .annotate(last_told=Max("counted_links__told_at"))
        .filter(Q(last_told=None) | Q(last_told__lt=now - TOLD_EVERY))
    )
    return sum(_tell(campaign, now=now) for campaign in campaigns)


def _tell(campaign: Campaign, *, now: datetime) -> int:
    links = CountedLink.objects.filter(campaign=campaign)
    enough = {
        languages: _has_enough_readers(campaign, languages)
        for languages in {tuple(each) for each in links.values_list("languages", flat=True)}
    }
    told = [link.pk for link in links if enough[tuple(link.languages)]]
    return links.filter(pk__in=told).update(
        told=F("opened"), told_by_programs=F("by_programs"), told_at=now
    )


def _has_enough_readers(campaign: Campaign, languages: tuple[str, ...]) -> bool:
    readers = Delivery.objects.filter(
        campaign=campaign,
        status__in=ARRIVED,
        language__in=languages,
        subscriber__isnull=False,
        subscriber__discreet_since=None,
    )
    return len(readers.order_by().values("pk")[:FEWEST_READERS]) == FEWEST_READERS


def _rounded(number: int) -> int:
    return number - number % STEP
