"""Asking a worker to try the links of a campaign."""

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from campaigns.models import Campaign, LinkTrial
from campaigns.review.link_trials.links import WebLink, links_of_campaign
from campaigns.review_states import LinkOutcome
from newsletter.core.wake import wake

TRY_LINKS = "campaigns.try_links"
AGAIN_AFTER = timedelta(hours=6)
"""A site that answered isn't asked again before, whatever it said to a program."""
AFTER_TROUBLE = timedelta(minutes=15)
"""A link that didn't work may have been put right."""
MOST_OF_A_HOST = 10
"""Links to one host that are tried within an hour, so that nobody is bothered."""
MOST_AT_ONCE = 60


class NotTried(Exception):
    """The links of this campaign aren't tried; its words say why, for staff."""


def why_never(campaign: Campaign) -> str:
    """Return the reason why no link of a campaign is tried, in words for staff, or ""."""
    if campaign.topic.is_restricted:
        return (
            "Links of a need-to-know campaign aren’t tried, because the sites would learn of them. "
            "Open each in your browser."
        )
    if not campaign.is_editable:
        return "Links are tried before a campaign is sent."
    return ""


def ask_to_try(campaign: Campaign, *, now: datetime | None = None) -> int:
    """Ask a worker to try the links of a campaign, as they are saved.

    Links that were tried lately aren't tried again, whoever asked for it.

    Returns:
        The number of links that wait now because of this call.

    Raises:
        NotTried: they never are, as those of a need-to-know topic.
    """
    if why := why_never(campaign):
        raise NotTried(why)
    now = now or timezone.now()
    links = [link for link in links_of_campaign(campaign) if link.left_alone is None]
    with transaction.atomic():
        asked = _store(_due(links, now), now)
        if asked:
            wake(TRY_LINKS, queue="bulk")
    return asked


def _due(links: list[WebLink], now: datetime) -> list[WebLink]:
    """Return the links whose turn it is, few of each host."""
    known = {
        trial.url_hash: trial
        for trial in LinkTrial.objects.filter(url_hash__in=[link.url_hash for link in links])
    }
    hosts = {link.host for link in links}
    lately = LinkTrial.objects.filter(host__in=hosts, asked_at__gt=now - timedelta(hours=1))
    of_host = Counter(lately.values_list("host", flat=True))
    due = []
    for link in links:
        trial = known.get(link.url_hash)
        if (trial and not _may_again(trial, now)) or of_host[link.host] >= MOST_OF_A_HOST:
            continue
        of_host[link.host] += 1
        due.append(link)
    return due[:MOST_AT_ONCE]


def _may_again(trial: LinkTrial, now: datetime) -> bool:
    if trial.tried_at is None or trial.is_waiting:
        return False
    soon = trial.outcome not in (LinkOutcome.REACHED, LinkOutcome.TURNED_AWAY)
    return trial.tried_at <= now - (AFTER_TROUBLE if soon else AGAIN_AFTER)


def _store(links: list[WebLink], now: datetime) -> int:
    rows = [
        LinkTrial(url_hash=link.url_hash, url=link.url, host=link.host, asked_at=now)
        for link in links
    ]
    LinkTrial.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["url_hash"], update_fields=["asked_at"]
    )
    return len(rows)
