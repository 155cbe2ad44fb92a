"""Totals of a campaign's ledger."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field

from django.db.models import Count

from campaigns.models import Campaign, Delivery, DeliveryTally, FactTally
from campaigns.states import DeliveryStatus, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The number of deliveries of one campaign in each state."""

    candidates: int
    planned: int = 0
    claimed: int = 0
    accepted: int = 0
    delivered: int = 0
    bounced: int = 0
    failed: int = 0
    skipped: int = 0
    uncertain: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def by_status(self) -> dict[str, int]:
        """The counts by state, in the order of a delivery's life."""
        return {status.value: getattr(self, status.value) for status in DeliveryStatus}

    @property
    def adds_up(self) -> bool:
        """True if each frozen recipient is in exactly one state."""
        return sum(self.by_status.values()) == self.candidates

    @property
    def done(self) -> int:
        """The number of deliveries that no worker will touch any more."""
        return self.candidates - self.planned - self.claimed

    @property
    def percent(self) -> int:
        """The share of candidates that are done, in whole per cent, rounded down."""
        return 100 if not self.candidates else self.done * 100 // self.candidates

    def as_dict(self) -> dict[str, object]:
        """Return what `campaign_status --json` prints, whose keys are a contract."""
        return {
            **{name: value for name, value in asdict(self).items() if name != "left_out"},
            "adds_up": self.adds_up,
        }


def totals(campaign: Campaign) -> Totals:
    """Read the totals from the tallies, which is cheap however large the campaign is.

    One statement reads them, with the number of recipients, so that they belong together whatever
    is settled meanwhile, and add up.
    """
    return totals_of([campaign])[campaign.pk]


def totals_of(campaigns: Collection[Campaign]) -> dict[int, Totals]:
    """Read the totals of some campaigns, all by one statement."""
    if not campaigns:
        return {}
    tallies = DeliveryTally.objects.filter(campaign__in=[each.pk for each in campaigns])
    by_status: dict[int, dict[str, int]] = {each.pk: {} for each in campaigns}
    candidates = {each.pk: each.candidates for each in campaigns}
    rows = tallies.values_list("campaign", "status", "number", "campaign__candidates")
    for campaign, status, number, of_all in rows:
        by_status[campaign][status] = number
        candidates[campaign] = of_all
    return {
        each.pk: Totals(
            candidates=candidates[each.pk], left_out=each.left_out, **by_status[each.pk]
        )
        for each in campaigns
    }


def recount(campaign: Campaign) -> Totals:
    """Count the totals from the deliveries themselves, which reads an index of all of them."""
    rows = (
        Delivery.objects.filter(campaign=campaign)
        .order_by()
        .values_list("status")
        .annotate(number=Count("pk"))
    )
    return Totals(candidates=campaign.candidates, left_out=campaign.left_out, **dict(rows))


def count_responses(campaign: Campaign) -> dict[str, int]:
    """Count recipients who left by the email's links, and those who reported it as spam.

    Providers don't report all complaints.

    Returns:
        {"left": …, "complained": …}
    """
    left = Delivery.objects.filter(campaign=campaign, unsubscribed_at__isnull=False).count()
    complained = (
        FactTally.objects.filter(campaign=campaign, fact=Fact.COMPLAINED)
        .values_list("number", flat=True)
        .first()
    )
    return {"left": left, "complained": complained or 0}


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to a campaign that asks for consent, of the people that it reached."""

    agreed: int
    left: int
    silent: int


def count_answers(campaign: Campaign) -> Answers:
    """Count the recipients who agreed, who left by a link of the email, and who did neither.

    Somebody who agreed and left afterwards has left. Recipients whose email is known not to have
    arrived are none of them.
    """
    reached = [DeliveryStatus.ACCEPTED, DeliveryStatus.DELIVERED, DeliveryStatus.UNCERTAIN]
    sent = sum(getattr(totals(campaign), status.value) for status in reached)
    rows = Delivery.objects.filter(campaign=campaign, status__in=reached)
    left = rows.filter(unsubscribed_at__isnull=False).count()
    agreed = rows.filter(agreed_at__isnull=False, unsubscribed_at=None).count()
    return Answers(agreed, left, max(sent - agreed - left, 0))


def skipped_by_reason(campaign: Campaign) -> dict[str, int]:
    """Count the skipped deliveries by SkipReason."""
    rows = Delivery.objects.filter(campaign=campaign, status=DeliveryStatus.SKIPPED).order_by()
    return dict(rows.values_list("reason").annotate(number=Count("pk")))
