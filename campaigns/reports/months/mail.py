"""The emails of each topic month by month, and what became of them, by the guard's own numbers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from campaigns.models import Campaign
from campaigns.reports.breakdown import UNSUBSCRIBED, tallies_of
from campaigns.reports.months.calendar import month_of, span
from campaigns.sending.guard import reported
from campaigns.states import Fact

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class SentNumbers:
    """Numbers of what became of some emails.

    Attributes:
        emails: those of which it is known what became, as the guard counts them.
        bounced: for good, as the guard counts it.
    """

    campaigns: int = 0
    emails: int = 0
    bounced: int = 0
    complained: int = 0
    unsubscribed: int = 0


def count_mail(months: Sequence[date]) -> dict[tuple[int, date], SentNumbers]:
    """Add up the tallies of the campaigns that were launched in some months.

    Returns:
        By topic and month.
    """
    start, end = span(months)
    launched = list(
        Campaign.objects.filter(launched_at__gte=start, launched_at__lt=end, candidates__gt=0)
        .order_by("pk")
        .values_list("pk", "topic", "launched_at")
    )
    sums: dict[tuple[int, date], Counter[str]] = {}
    numbers = sent_numbers([pk for pk, _, _ in launched])
    for pk, topic, launched_at in launched:
        assert launched_at is not None  # noqa: S101 - for the type checker
        sums.setdefault((topic, month_of(launched_at)), Counter()).update(numbers[pk])
    return {key: SentNumbers(**each) for key, each in sums.items()}


def sent_numbers(campaigns: Sequence[int]) -> dict[int, Counter[str]]:
    """Return the numbers of some campaigns, by the names of SentNumbers."""
    found: dict[int, Counter[str]] = {}
    for place in range(0, len(campaigns), _AT_ONCE):
        some = list(campaigns[place : place + _AT_ONCE])
        tallies = tallies_of(some)
        by_status = {pk: Counter(tallies.get(pk, {})) for pk in some}
        emails = reported(by_status)
        found |= {pk: _of_one(by_status[pk], emails=emails[pk]) for pk in some}
    return found


def _of_one(tallies: Counter[str], *, emails: int) -> Counter[str]:
    facts = {fact: tallies[f"fact {fact}"] for fact in Fact}
    return Counter(
        {
            "campaigns": 1,
            "emails": emails,
            "bounced": facts[Fact.HARD_BOUNCE] + facts[Fact.BLOCKED],
            "complained": facts[Fact.COMPLAINED],
            "unsubscribed": tallies[UNSUBSCRIBED],
        }
    )
