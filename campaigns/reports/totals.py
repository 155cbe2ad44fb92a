"""Totals: the ledger's sums."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from django.db.models import Count

from campaigns.models import Campaign, Delivery, DeliveryTally, FactTally
from campaigns.states import DeliveryStatus, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many deliveries of one campaign are in which state."""

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
        """The counts alone, in the order of a delivery's life."""
        return {status.value: getattr(self, status.value) for status in DeliveryStatus}

    @property
    def adds_up(self) -> bool:
        """Whether each frozen recipient is in exactly one state: nobody lost, nobody twice."""
        return sum(self.by_status.values()) == self.candidates

    @property
    def done(self) -> int:
        """Deliveries that no worker will touch any more."""
        return self.candidates - self.planned - self.claimed

    @property
    def percent(self) -> int:
        """Of the candidates, done; whole per cent, 100 only when all are."""
        return 100 if not self.candidates else self.done * 100 // self.candidates

    def as_dict(self) -> dict[str, object]:
        """For programs: the contract of `campaign_status --json`."""
        return {
            **{name: value for name, value in asdict(self).items() if name != "left_out"},
            "adds_up": self.adds_up,
        }


def totals(campaign: Campaign) -> Totals:
    """The sums from the tallies, which are kept by increments: cheap however large the campaign is."""
    tallies = DeliveryTally.objects.filter(campaign=campaign).values_list("status", "number")
    return Totals(candidates=campaign.candidates, left_out=campaign.left_out, **dict(tallies))


def recount(campaign: Campaign) -> Totals:
    """The sums from the rows themselves: the truth, at the cost of reading an index of all of them."""
    rows = (
        Delivery.objects.filter(campaign=campaign)
        .order_by()
        .values_list("status")
        .annotate(number=Count("pk"))
    )
    return Totals(candidates=campaign.candidates, left_out=campaign.left_out, **dict(rows))


def what_readers_did(campaign: Campaign) -> dict[str, int]:
    """How many unsubscribed by what this letter carries, and how many reported it as spam, as far as their providers tell."""
    left = Delivery.objects.filter(campaign=campaign, unsubscribed_at__isnull=False).count()
    complained = (
        FactTally.objects.filter(campaign=campaign, fact=Fact.COMPLAINED)
        .values_list("number", flat=True)
        .first()
    )
    return {"left": left, "complained": complained or 0}


def skipped_by_reason(campaign: Campaign) -> dict[str, int]:
    """Why deliveries were skipped, as data."""
    rows = Delivery.objects.filter(campaign=campaign, status=DeliveryStatus.SKIPPED).order_by()
    return dict(rows.values_list("reason").annotate(number=Count("pk")))
