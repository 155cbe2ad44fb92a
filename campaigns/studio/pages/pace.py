"""The pace on the progress page, without what would tell who a recipient is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from campaigns.models import Campaign, Delivery
from campaigns.reports.pace import LATELY, Refusal, Route, pace, time_in_words
from campaigns.reports.totals import Totals
from campaigns.states import Counted, DeliveryStatus
from campaigns.studio.masking import is_discreet, may_see_subscribers, shown_reason
from newsletter.admin.discreet import may_unmask
from newsletter.transport.results.reply_codes import code_of
from subscribers.need_to_know.small_groups import SMALL_GROUP, is_small
from subscribers.sending_limits import LIMITS, in_words, limit_of

FEW = f"fewer than {SMALL_GROUP}"
LOOKED_AT = 30
"""Newest deliveries of a status whose answers are looked through for one of each code."""

_STATUS: Mapping[Counted, DeliveryStatus] = {
    Counted.FAILED: DeliveryStatus.FAILED,
    Counted.BOUNCED: DeliveryStatus.BOUNCED,
}


@dataclass(frozen=True, slots=True)
class RefusalLine:
    """Answers that mean the same, as far as a person may see them."""

    refusal: Refusal
    number: str
    sample: str
    """The words of one answer; empty for whoever may not see subscribers."""


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One mailer at one host, as far as a person may see it."""

    route: Route
    refused: str


def pace_context(request: HttpRequest, campaign: Campaign, totals: Totals) -> dict[str, Any]:
    """Return what the progress page shows of the last minutes."""
    found, unmasked = pace(campaign, totals), may_see_subscribers(request)
    return {
        "pace": found,
        "time_left": "" if found.seconds_left is None else time_in_words(found.seconds_left),
        "lately": round(LATELY.total_seconds() / 60),
        "refusals": refusal_lines(request, campaign, found.refusals),
        "routes": [
            RouteLine(each, _number(each.refused, unmasked=unmasked)) for each in found.routes
        ],
        "limits": [
            (in_words(limit_of(campaign.topic, column)), limit.words)
            for column, limit in LIMITS.items()
        ],
    }


def refusal_lines(
    request: HttpRequest, campaign: Campaign, refusals: Sequence[Refusal]
) -> list[RefusalLine]:
    """Return answers that mean the same as far as a person may see them, with one of each."""
    unmasked = may_see_subscribers(request)
    samples = _samples(request, campaign, refusals) if unmasked else {}
    return [
        RefusalLine(
            each,
            _number(each.number, unmasked=unmasked),
            samples.get((each.what, each.code), ""),
        )
        for each in refusals
    ]


def _number(number: int, *, unmasked: bool) -> str:
    return FEW if is_small(number) and not unmasked else f"{number:,}"


def _samples(
    request: HttpRequest, campaign: Campaign, refusals: Sequence[Refusal]
) -> dict[tuple[Counted, str], str]:
    """Return the newest answer with each code, for whoever may see subscribers.

    Of people in discreet mode only to whoever may see those. One status at a time is looked
    through, from the end of its index.
    """
    samples, sees_discreet = dict[tuple[Counted, str], str](), may_unmask(request)
    for what in {each.what for each in refusals} & _STATUS.keys():
        rows = Delivery.objects.filter(campaign=campaign, status=_STATUS[what])
        for each in rows.select_related("subscriber").order_by("-pk")[:LOOKED_AT]:
            shows = sees_discreet or not is_discreet(each.subscriber)
            samples.setdefault((what, code_of(each.reason)), shown_reason(each, unmasked=shows))
    return samples
