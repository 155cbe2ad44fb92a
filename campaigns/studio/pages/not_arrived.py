"""Why emails didn't arrive, and what to do, on the report: without what would tell who it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from campaigns.models import Campaign
from campaigns.reports.not_arrived import count_bounces, why_not_arrived
from campaigns.reports.over_time import NOT_TAKEN
from campaigns.reports.pace import Refusal
from campaigns.studio.masking import NOT_SHOWN, may_see_subscribers
from campaigns.studio.pages.pace import RefusalLine, refusal_lines
from newsletter.states import BounceClass
from subscribers.need_to_know.small_groups import hidden_numbers

MOST_REASONS = 12
"""Answers that are listed, the most frequent first."""

_MEANING: Mapping[BounceClass, tuple[str, str]] = {
    BounceClass.HARD: (
        "The mailbox or domain doesn’t exist",
        "Nothing goes there any more, and nothing needs to be done. Ask people whom you know by "
        "other means for their new address.",
    ),
    BounceClass.SOFT: (
        "The mailbox can’t take email for now, such as one that is full",
        "It may pass. After {limit} such answers over at least {days} days nothing goes there any "
        "more.",
    ),
    BounceClass.BLOCK: (
        "Refused for what we are or sent, not for the address",
        "Ask your system administrator to read the words below, and the findings of doctor: the "
        "sender’s domain or address may be listed or not signed.",
    ),
}


@dataclass(frozen=True, slots=True)
class BounceLine:
    """One kind of bounce: how many, what it means, and what to do; no number for a small group."""

    number: int | None
    meaning: str
    advice: str


def not_arrived_context(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """Return what the report shows of emails that didn't arrive."""
    counted, reasons = count_bounces(campaign), why_not_arrived(campaign)
    sees_all = may_see_subscribers(request)
    hidden = frozenset() if sees_all else hidden_numbers([*counted.values()])
    return {
        "bounces": [
            _line(kind, None if place in hidden else number)
            for place, (kind, number) in enumerate(counted.items())
        ],
        "reasons": _reasons(request, campaign, reasons, sees_all=sees_all),
        "more_reasons": max(len(reasons) - MOST_REASONS, 0),
    }


def _reasons(
    request: HttpRequest, campaign: Campaign, reasons: Sequence[Refusal], *, sees_all: bool
) -> list[RefusalLine]:
    lines = refusal_lines(request, campaign, reasons[:MOST_REASONS])
    if sees_all:
        return lines
    # The sums of those that failed and of those that bounced are known, each for itself.
    hidden: set[int] = set()
    for what in NOT_TAKEN:
        places = [place for place, each in enumerate(reasons) if each.what is what]
        few = hidden_numbers([reasons[place].number for place in places])
        hidden |= {places[each] for each in few}
    return [
        replace(line, number=NOT_SHOWN) if place in hidden else line
        for place, line in enumerate(lines)
    ]


def _line(kind: BounceClass, number: int | None) -> BounceLine:
    meaning, advice = _MEANING[kind]
    days = settings.SOFT_BOUNCE_PERIOD.days
    return BounceLine(number, meaning, advice.format(limit=settings.SOFT_BOUNCE_LIMIT, days=days))
