"""The links of a campaign that were tried, wait, or are left alone, for the page that asks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.models import Campaign, LinkTrial
from campaigns.review.link_trials.ask import why_never
from campaigns.review.link_trials.findings import words_of
from campaigns.review.link_trials.links import WebLink, links_of_campaign
from campaigns.review_states import LinkOutcome

WORKER_IS_LATE = timedelta(minutes=3)


@dataclass(slots=True)
class TriedLinks:
    """Numbers and names of a campaign's links.

    Attributes:
        number: of links that could be tried.
        never: the reason why none is, in words for staff, or "".
        is_late: whether a link has waited for longer than workers take.
        fine, odd: numbers of links that worked, and of those with advice in the checks.
        unknown: links of which nothing is known though they were tried, with the reason.
        left_alone: links that are never tried, with the reason.
        untried: number of links that nobody had tried yet, such as new ones.
        has_languages: whether the campaign has several, so that a list says which has a link.
        last: when one was tried last.
    """

    number: int = 0
    never: str = ""
    waiting: int = 0
    is_late: bool = False
    fine: int = 0
    odd: int = 0
    unknown: list[tuple[WebLink, str]] = field(default_factory=list)
    left_alone: list[tuple[WebLink, str]] = field(default_factory=list)
    untried: int = 0
    has_languages: bool = False
    last: datetime | None = None

    @property
    def to_open(self) -> list[tuple[WebLink, str]]:
        """Return the links that a person has to open, with the reason why we couldn't."""
        return [*self.unknown, *self.left_alone]


def tried_links(campaign: Campaign, *, now: datetime | None = None) -> TriedLinks:
    """Count the links of a campaign as they are saved, in all languages."""
    summary = TriedLinks(never=why_never(campaign))
    if summary.never:
        return summary
    links = links_of_campaign(campaign)
    summary.has_languages = len({each for link in links for each in link.languages}) > 1
    summary.left_alone = [(link, str(link.left_alone)) for link in links if link.left_alone]
    triable = [link for link in links if link.left_alone is None]
    summary.number = len(triable)
    _count(summary, triable, now or timezone.now())
    return summary


def _count(summary: TriedLinks, links: Sequence[WebLink], now: datetime) -> None:
    hashes = [link.url_hash for link in links]
    trials = {each.url_hash: each for each in LinkTrial.objects.filter(url_hash__in=hashes)}
    for link in links:
        trial = trials.get(link.url_hash)
        if trial is None:
            summary.untried += 1
            continue
        if trial.is_waiting:
            summary.waiting += 1
            summary.is_late |= trial.asked_at < now - WORKER_IS_LATE
        elif words_of(trial):
            summary.odd += 1
        elif trial.outcome == LinkOutcome.REACHED:
            summary.fine += 1
        else:
            summary.unknown.append((link, _why_unknown(trial)))
        if trial.tried_at and (summary.last is None or summary.last < trial.tried_at):
            summary.last = trial.tried_at


def _why_unknown(trial: LinkTrial) -> str:
    if trial.outcome == LinkOutcome.TURNED_AWAY:
        return f"The site turns programs away ({trial.status})."
    return "Our server couldn’t get there."
