"""The earlier campaigns of a topic, beside which a report is read."""

from dataclasses import dataclass

from campaigns.models import Campaign
from campaigns.reports.breakdown import (
    ARRIVED,
    NOT_ARRIVED,
    UNSUBSCRIBED,
    number_of,
    tallies_of,
)
from campaigns.states import LAUNCHED, CampaignStatus, Fact

COMPARED = 6
"""Campaigns, the one of the report among them."""


@dataclass(frozen=True, slots=True)
class ComparedCampaign:
    """One campaign in numbers.

    Attributes:
        arrived: accepted by the next mail server, or reported as delivered.
    """

    campaign: Campaign
    recipients: int
    arrived: int
    not_arrived: int
    complained: int
    unsubscribed: int

    @property
    def shares(self) -> dict[str, str]:
        """The numbers by name, as shares of the recipients in per cent."""
        names = ("arrived", "not_arrived", "complained", "unsubscribed")
        return {name: in_percent(getattr(self, name), self.recipients) for name in names}


def in_percent(part: int, whole: int) -> str:
    """Write a share, so that what is not nothing or all never reads as such."""
    if not whole:
        return "–"
    share = part * 100 / whole
    if 0 < share < 0.1:
        return "under 0.1%"
    if 99.9 < share < 100:
        return "over 99.9%"
    return f"{share:.1f}".removesuffix(".0") + "%"


def compared_campaigns(campaign: Campaign) -> list[ComparedCampaign]:
    """Return a campaign and those that were sent on its topic before it, the newest first.

    Whoever may see a campaign may see all of its topic.
    """
    before = Campaign.objects.filter(
        topic=campaign.topic_id,
        launched_at__lt=campaign.launched_at,
        status__in=[*LAUNCHED, CampaignStatus.CANCELLED],
        candidates__gt=0,
    )
    found = [campaign, *before.order_by("-launched_at", "-pk")[: COMPARED - 1]]
    tallies = tallies_of([each.pk for each in found])
    return [_line(each, tallies.get(each.pk, {})) for each in found]


def _line(campaign: Campaign, numbers: dict[str, int]) -> ComparedCampaign:
    return ComparedCampaign(
        campaign,
        recipients=campaign.candidates,
        arrived=number_of(numbers, ARRIVED),
        not_arrived=number_of(numbers, NOT_ARRIVED),
        complained=numbers.get(f"fact {Fact.COMPLAINED}", 0),
        unsubscribed=numbers.get(UNSUBSCRIBED, 0),
    )
