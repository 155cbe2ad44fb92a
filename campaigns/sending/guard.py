"""The guard: it stops a campaign that harms our name with mailbox providers.

A person decides how to go on.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from campaigns.models import Campaign, DeliveryMinute, DeliveryTally, FactTally
from campaigns.sending.automatic_pause import pause_automatically
from campaigns.sending.guard_rules import RULES, BadShare, Rule
from campaigns.states import OPEN, CampaignStatus, Counted, DeliveryStatus, Fact
from newsletter.core.db.clock import database_now
from subscribers.sending_limits import limit_of

WORSE = 2
"""Where a person resumed it all the same, it is stopped again when there are twice as many."""

NOT_ATTEMPTED = OPEN | {DeliveryStatus.SKIPPED}


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


def stop_bad_campaigns(*, now: datetime | None = None) -> int:
    """Pause each sending campaign of which too much is reported as spam, bounces or fails.

    It is judged as a whole, and also by what was sent lately. What a provider says of our settings
    isn't weighed here: it holds for each email, so the first such answer stops the campaign (see
    `send`).

    Args:
        now: the present; the database's where none is given.

    Returns:
        The number that this caller paused.
    """
    now = now or database_now()
    sending = Campaign.objects.filter(status=CampaignStatus.SENDING).select_related("topic")
    return sum(_stop(campaign, now=now) for campaign in sending.order_by("pk"))


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The number of deliveries of a campaign, by status and by fact."""

    by_status: Mapping[str, int]
    facts: Mapping[Fact, int]
    stopped_at: Mapping[Fact, int]


def _stop(campaign: Campaign, *, now: datetime) -> bool:
    """Pause a campaign by the first rule that it breaks."""
    numbers = _read(campaign)
    for rule in RULES:
        bad = sum(numbers.facts[fact] for fact in rule.facts)
        before = sum(numbers.stopped_at[fact] for fact in rule.facts)
        # Then there is nothing to look up: most campaigns are good.
        if bad < max(settings.GUARD_LEAST, before * WORSE):
            continue
        limit = limit_of(campaign.topic, rule.column)
        for share in _shares(campaign, rule, numbers, now=now):
            if rule.is_broken(share, limit=limit):
                return _pause(campaign, rule, numbers, reason=rule.reason(share, limit=limit))
    return False


@transaction.atomic
def _pause(campaign: Campaign, rule: Rule, numbers: _Numbers, *, reason: str) -> bool:
    if not pause_automatically(campaign.pk, reason=reason):
        return False
    FactTally.objects.bulk_create(
        [
            FactTally(campaign=campaign, fact=fact, stopped_at=numbers.facts[fact])
            for fact in rule.facts
        ],
        update_conflicts=True,
        update_fields=["stopped_at"],
        unique_fields=["campaign", "fact"],
    )
    return True


def _read(campaign: Campaign) -> _Numbers:
    facts, stopped_at = Counter[Fact](), Counter[Fact]()
    tallies = FactTally.objects.filter(campaign=campaign)
    for name, number, before in tallies.values_list("fact", "number", "stopped_at"):
        facts[Fact(name)], stopped_at[Fact(name)] = number, before
    rows = DeliveryTally.objects.filter(campaign=campaign)
    by_status = Counter(dict(rows.values_list("status", "number")))
    facts[Fact.FAILED] = by_status[DeliveryStatus.FAILED]
    return _Numbers(by_status, facts, stopped_at)


def _shares(
    campaign: Campaign, rule: Rule, numbers: _Numbers, *, now: datetime
) -> Iterator[BadShare]:
    """Yield the shares to judge by: of the whole campaign, and of what was sent in the window."""
    if rule.is_of_attempts:
        reached = _attempted(numbers.by_status)
    else:
        reached = reported({campaign.pk: numbers.by_status})[campaign.pk]
    yield BadShare({fact: numbers.facts[fact] for fact in rule.facts}, reached)
    # The database's clock may have been set back. What was counted before has a later minute then,
    # and belongs to the window; but a jump far ahead must not hide in it what comes after.
    since = DeliveryMinute.objects.filter(campaign=campaign, minute__gt=now - rule.window)
    for rows in (since, since.filter(minute__lte=now)):
        found: Counter[str] = Counter()
        for what, number in rows.values_list("what").annotate(number=Sum("number")):
            found[what] = number
        yield BadShare(
            {fact: found[fact] for fact in rule.facts},
            sum(found[what] for what in rule.counted),
            is_of_late=True,
        )


def _attempted(by_status: Mapping[str, int]) -> int:
    """Return the number of deliveries whose attempts have ended."""
    return sum(by_status[status] for status in DeliveryStatus if status not in NOT_ATTEMPTED)


def reported(tallies: Mapping[int, Mapping[str, int]]) -> dict[int, int]:
    """Return of how many emails of some campaigns it is known what became.

    Shares of bounces and complaints are shares of these. An email counts once it was reported
    delivered or bounced, and as soon as it was accepted where its mailer reports no deliveries, as
    by SMTP: then nothing more will be heard of it. A campaign may leave by mailers of both kinds.

    Args:
        tallies: by campaign, the number of its deliveries by status.
    """
    waiting = _waiting_for_a_report(list(tallies))
    return {
        pk: by_status.get(DeliveryStatus.DELIVERED, 0)
        + by_status.get(DeliveryStatus.BOUNCED, 0)
        + max(by_status.get(DeliveryStatus.ACCEPTED, 0) - waiting[pk], 0)
        for pk, by_status in tallies.items()
    }


def _waiting_for_a_report(campaigns: Sequence[int]) -> Counter[int]:
    """Return how many emails were accepted by mailers that will still report what became of them.

    A mailer reports deliveries where its webhook has reported several of the campaign. One alone
    proves nothing: an email that was sent again has the second mailer, whoever reports the first.
    """
    rows = DeliveryMinute.objects.filter(
        campaign__in=campaigns,
        what__in=[Counted.ACCEPTED, Counted.DELIVERED, Counted.BOUNCED],
    )
    numbers: dict[tuple[int, str], Counter[str]] = {}
    for campaign, mailer, what, number in rows.values_list("campaign", "mailer", "what").annotate(
        number=Sum("number")
    ):
        numbers.setdefault((campaign, mailer), Counter())[what] = number
    waiting: Counter[int] = Counter()
    for (campaign, _), of in numbers.items():
        if of[Counted.DELIVERED] >= settings.GUARD_LEAST_REACHED:
            told = of[Counted.DELIVERED] + of[Counted.BOUNCED]
            waiting[campaign] += max(of[Counted.ACCEPTED] - told, 0)
    return waiting
