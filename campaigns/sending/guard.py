"""The guard: a campaign that harms our name with mailbox providers is stopped, and a person decides."""

from collections.abc import Mapping

from django.conf import settings
from django.db.models import F

from campaigns.models import DeliveryTally, FactTally
from campaigns.sending.control import pause
from campaigns.states import CampaignStatus, DeliveryStatus, Fact

WORSE = 2
"""Where a person resumed it all the same, it is stopped again when there are twice as many."""


def count_facts(campaign_id: int, facts: Mapping[Fact, int]) -> None:
    """Add to the counts that the guard looks at. In the transaction that stores the facts, after everything else."""
    for fact, number in sorted(facts.items()):
        if not number:
            continue
        rows = FactTally.objects.filter(campaign_id=campaign_id, fact=fact)
        if not rows.update(number=F("number") + number):
            FactTally.objects.bulk_create([FactTally(campaign_id=campaign_id, fact=fact)], ignore_conflicts=True)
            rows.update(number=F("number") + number)


def stop_bad_campaigns() -> int:
    """Pause each sending campaign of which too many readers complain, or too many mailboxes don't exist.

    Returns:
        How many this caller paused.
    """
    tallies = FactTally.objects.filter(campaign__status=CampaignStatus.SENDING, number__gte=F("stopped_at") * WORSE)
    return sum(_stop(tally) for tally in tallies.order_by("campaign_id", "fact") if tally.number)


def _stop(tally: FactTally) -> bool:
    reached = _reached(tally.campaign_id)
    if tally.fact == Fact.COMPLAINED:
        too_many = tally.number >= settings.GUARD_LEAST_COMPLAINTS and tally.number > reached * settings.GUARD_COMPLAINTS
        reason = f"Stopped by itself: {tally.number} of {reached:,} readers reported it as spam."
    else:
        too_many = reached >= settings.GUARD_LEAST_REACHED and tally.number >= reached * settings.GUARD_HARD_BOUNCES
        reason = f"Stopped by itself: {tally.number} of {reached:,} mailboxes do not exist."
    if not too_many or not pause(tally.campaign_id, reason=reason):
        return False
    FactTally.objects.filter(pk=tally.pk).update(stopped_at=tally.number)
    return True


def _reached(campaign_id: int) -> int:
    """Of how many the provider has told what became of them; where it tells of no delivery, as by SMTP, how many it took."""
    numbers = dict(DeliveryTally.objects.filter(campaign_id=campaign_id).values_list("status", "number"))
    told: int = numbers.get(DeliveryStatus.DELIVERED, 0) or numbers.get(DeliveryStatus.ACCEPTED, 0)
    return told + int(numbers.get(DeliveryStatus.BOUNCED, 0))
