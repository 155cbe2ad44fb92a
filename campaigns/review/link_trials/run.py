"""Trying the links that wait. The rows are the queue."""

import logging
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import groupby

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from campaigns.models import LinkTrial
from campaigns.review.link_trials.attempt import Attempt, attempt
from campaigns.review_states import LinkOutcome
from newsletter.core.outbound.reach import PUBLIC, Reach

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
"""A worker that has died leaves its links to others after it."""
BATCH = 8
MOST_OF_A_HOST = 2
"""Links to one host in a batch, one after the other. Two that are silent take 40 s."""
LOOKED_AT = 100
FORGOTTEN_AFTER = timedelta(days=3)
"""Rows are deleted then (campaigns.retention.forget): a website changes."""


def try_links(*, reach: Reach = PUBLIC) -> bool:
    """Try some of the links that wait.

    Args:
        reach: what may be opened.

    Returns:
        Whether others wait.
    """
    claimed = _claim()
    by_host = [list(links) for _, links in groupby(claimed, key=lambda trial: trial.host)]
    if not by_host:
        return False
    with ThreadPoolExecutor(max_workers=len(by_host)) as pool:
        # Threads only ask; this one alone uses the database.
        for trials, found in zip(
            by_host, pool.map(lambda trials: _attempts(trials, reach), by_host), strict=True
        ):
            for trial, result in zip(trials, found, strict=True):
                _settle(trial, result)
    return _waiting().exists()


def _waiting() -> QuerySet[LinkTrial]:
    now = timezone.now()
    return LinkTrial.objects.filter(
        Q(tried_at=None) | Q(tried_at__lt=F("asked_at")),
        Q(lease_until=None) | Q(lease_until__lt=now),
    )


def _claim() -> list[LinkTrial]:
    """Claim a batch, few of each host, sorted by host."""
    of_host: Counter[str] = Counter()
    claimed = []
    for trial in _waiting().order_by("asked_at", "pk")[:LOOKED_AT]:
        if of_host[trial.host] >= MOST_OF_A_HOST:
            continue
        # Somebody else may be faster.
        if _waiting().filter(pk=trial.pk).update(lease_until=timezone.now() + LEASE):
            of_host[trial.host] += 1
            claimed.append(trial)
        if len(claimed) == BATCH:
            break
    return sorted(claimed, key=lambda trial: trial.host)


def _attempts(trials: Iterable[LinkTrial], reach: Reach) -> list[Attempt]:
    return [_attempt_or_log(trial.url, reach) for trial in trials]


def _attempt_or_log(url: str, reach: Reach) -> Attempt:
    try:
        return attempt(url, reach=reach)
    except Exception:
        # Without the address, which may be a secret.
        logger.exception("A link could not be tried")
        return Attempt(LinkOutcome.NOT_TRIED)


def _settle(trial: LinkTrial, found: Attempt) -> None:
    LinkTrial.objects.filter(pk=trial.pk).update(
        tried_at=timezone.now(),
        lease_until=None,
        outcome=found.outcome,
        status=found.status,
        leads_to=found.leads_to,
        ends_in_http=found.ends_in_http,
    )
