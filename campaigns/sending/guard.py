"""The guard: it stops a campaign that harms our name with mailbox providers.

A person decides how to go on.
"""

from collections import Counter
from collections.abc import Collection, Mapping

from django.conf import settings
from django.db.models import F

from campaigns.models import DeliveryTally, FactTally
from campaigns.sending.pause_cancel_undo import pause
from campaigns.states import CampaignStatus, DeliveryStatus, Fact

_COMPLAINTS = (Fact.COMPLAINED,)
_BOUNCES = (Fact.HARD_BOUNCE, Fact.BLOCKED)

WORSE = 2
"""Where a person resumed it all the same, it is stopped again when there are twice as many."""


def count_facts(campaign_id: int, facts: Mapping[Fact, int]) -> None:
    """Add to the counts that the guard looks at.

    In the transaction that stores the facts, after everything else.
    """
    missing = _add({fact: number for fact, number in facts.items() if number}, campaign_id)
    if missing:
        FactTally.objects.bulk_create(
            [FactTally(campaign_id=campaign_id, fact=fact) for fact in sorted(missing)],
            ignore_conflicts=True,
        )
        _add(missing, campaign_id)


def _add(facts: Mapping[Fact, int], campaign_id: int) -> dict[Fact, int]:
    """Add to the rows that there are, in one order for all callers.

    Returns:
        The facts that have no row yet.
    """
    rows = FactTally.objects.filter(campaign_id=campaign_id)
    return {
        fact: number
        for fact, number in sorted(facts.items())
        if not rows.filter(fact=fact).update(number=F("number") + number)
    }


def stop_bad_campaigns() -> int:
    """Pause each sending campaign with too many complaints or too many bounces.

    Bounces are those of mailboxes that don't exist, and of providers that refuse us.

    Returns:
        The number that this caller paused.
    """
    tallies = FactTally.objects.filter(campaign__status=CampaignStatus.SENDING, number__gt=0)
    campaigns = sorted(set(tallies.values_list("campaign_id", flat=True)))
    return sum(
        _stop(campaign_id, facts) for campaign_id in campaigns for facts in (_COMPLAINTS, _BOUNCES)
    )


def _stop(campaign_id: int, facts: Collection[Fact]) -> bool:
    """Pause a campaign for the sake of `facts`, which count as one.

    A second time only when they are twice as many.
    """
    tallies = FactTally.objects.filter(campaign_id=campaign_id, fact__in=facts)
    numbers, stopped_at = Counter[str](), 0
    for fact, number, before in tallies.values_list("fact", "number", "stopped_at"):
        numbers[fact] = number
        stopped_at += before
    if not numbers.total() or numbers.total() < stopped_at * WORSE:
        return False
    reached = _reached(campaign_id)
    if facts is _COMPLAINTS:
        reason = _too_many_complaints(numbers[Fact.COMPLAINED], reached)
    else:
        reason = _too_many_bounces(numbers[Fact.HARD_BOUNCE], numbers[Fact.BLOCKED], reached)
    if not reason or not pause(campaign_id, reason=reason):
        return False
    tallies.update(stopped_at=F("number"))
    return True


def _too_many_complaints(number: int, reached: int) -> str:
    """Return the reason to stop the campaign, or an empty string."""
    if number < settings.GUARD_LEAST_COMPLAINTS or number <= reached * settings.GUARD_COMPLAINTS:
        return ""
    return (
        f"Paused automatically: {number} of {reached:,} recipients reported this email as spam. "
        f"Check who is in the audience before you resume."
    )


def _too_many_bounces(hard: int, blocked: int, reached: int) -> str:
    """Return the reason to stop the campaign, or an empty string.

    Both kinds count as one: each harms our name.
    """
    if (
        reached < settings.GUARD_LEAST_REACHED
        or hard + blocked < reached * settings.GUARD_HARD_BOUNCES
    ):
        return ""
    if not blocked:
        return (
            f"Paused automatically: {hard} of {reached:,} mailboxes do not exist. Check where "
            f"these addresses come from before you resume."
        )
    if not hard:
        return (
            f"Paused automatically: email providers refused this email for {blocked} of "
            f"{reached:,} recipients. The reasons are in the report."
        )
    return (
        f"Paused automatically: {hard} of {reached:,} mailboxes do not exist, and email providers "
        f"refused this email for {blocked} more. The reasons are in the report."
    )


def _reached(campaign_id: int) -> int:
    """Return of how many deliveries the provider has reported what became of them.

    Where it reports no delivery, as by SMTP, it is how many it accepted.
    """
    numbers = dict(
        DeliveryTally.objects.filter(campaign_id=campaign_id).values_list("status", "number")
    )
    told: int = numbers.get(DeliveryStatus.DELIVERED, 0) or numbers.get(DeliveryStatus.ACCEPTED, 0)
    return told + int(numbers.get(DeliveryStatus.BOUNCED, 0))
