"""Deliveries by groups of recipients: by mail domain, by country or body, and by language.

They are counted by a worker when a campaign's tallies have changed, by what is known of its
recipients at that time. A page reads the counts and says when they were counted.
"""

import logging
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.utils import timezone

from campaigns.models import Campaign, CampaignBreakdown, Delivery, DeliveryTally, FactTally
from campaigns.report_states import BreakdownKind
from campaigns.states import UNDER_WAY, DeliveryStatus
from subscribers.need_to_know.small_groups import SMALL_GROUP

logger = logging.getLogger(__name__)

COMPLAINED, UNSUBSCRIBED = "complained", "unsubscribed"
"""Facts that are counted beside the statuses."""
ARRIVED = (DeliveryStatus.ACCEPTED, DeliveryStatus.DELIVERED)
NOT_ARRIVED = (DeliveryStatus.BOUNCED, DeliveryStatus.FAILED)
FEW_EACH = "*"
"""The group of all mail domains with few recipients. No domain is called so."""
WATCHED = timedelta(days=90)
"""The time after its launch, and after it last finished, in which a campaign is counted again when
its tallies change. One of which something is sent again is watched from then on."""
LEAST_PAUSE = timedelta(seconds=20)
"""The shortest time between two counts of one campaign."""
PAUSE_FOR_EACH = timedelta(milliseconds=1)
"""The pause of a large one, for each recipient: its count takes about a hundredth of that."""

type Counts = dict[str, dict[str, dict[str, int]]]
"""Kind of group → group → status or fact → number. Of whom nothing is known the group is ""."""

_DOMAIN = "subscriber__domain"


def count_breakdown(campaign: Campaign, *, now: datetime | None = None) -> CampaignBreakdown:
    """Count the deliveries of a campaign by group, and keep the counts.

    It reads all deliveries, and their recipients.
    """
    # The tallies first: what changes while it is counted has it counted once more.
    tallies = tallies_of([campaign.pk]).get(campaign.pk, {})
    counts: Counts = {
        BreakdownKind.DOMAIN: _count(campaign, _domain_or_few(campaign)),
        BreakdownKind.COUNTRY: _count(campaign, F("subscriber__country")),
        BreakdownKind.LANGUAGE: _count(campaign, F("language")),
    }
    return CampaignBreakdown.objects.update_or_create(
        campaign=campaign,
        defaults={"counts": counts, "tallies": tallies, "counted_at": now or timezone.now()},
    )[0]


def count_breakdowns(*, now: datetime | None = None, seconds: float = 10) -> int:
    """Count the campaigns whose tallies have changed since they were counted.

    Args:
        now: the present.
        seconds: after which no further one is begun.

    Returns:
        The number of campaigns that were counted.
    """
    now, began, done = now or timezone.now(), monotonic(), 0
    for campaign in _stale(now=now):
        if monotonic() - began > seconds:
            break
        try:
            count_breakdown(campaign, now=now)
        except DatabaseError:
            logger.exception("Campaign %s could not be counted by group", campaign.pk)
        else:
            done += 1
    return done


def count_anew(subscriber_id: int) -> None:
    """Have the campaigns counted anew that went to somebody who is being erased or merged."""
    campaigns = Delivery.objects.filter(subscriber=subscriber_id).values("campaign")
    CampaignBreakdown.objects.filter(campaign__in=campaigns).update(tallies={})


def forget_breakdowns(*, now: datetime) -> int:
    """Delete the counts of campaigns launched KEEP_DELIVERY_SUBSCRIBERS ago.

    Returns:
        The number of campaigns.
    """
    old = Campaign.objects.filter(launched_at__lte=now - settings.KEEP_DELIVERY_SUBSCRIBERS)
    return CampaignBreakdown.objects.filter(campaign__in=old).delete()[0]


def _stale(*, now: datetime) -> list[Campaign]:
    """Return the campaigns to be counted, the one that has waited longest first."""
    kept = Q(launched_at__gt=now - settings.KEEP_DELIVERY_SUBSCRIBERS)
    since = now - WATCHED
    is_late = Q(finished_at__gt=since) | Q(status__in=UNDER_WAY)
    is_uncounted = Q(breakdown=None) | Q(breakdown__tallies={})
    watched = Q(launched_at__gt=since) | is_late | is_uncounted
    found: QuerySet[Campaign] = (
        Campaign.objects.filter(kept & watched)
        .select_related("breakdown")
        .only("candidates", "finished_at", "breakdown")
        .order_by(F("breakdown__counted_at").asc(nulls_first=True), "pk")
    )
    campaigns = [each for each in found if _is_due(each, now=now)]
    tallies = tallies_of([each.pk for each in campaigns])
    return [each for each in campaigns if _counted_beside(each) != tallies.get(each.pk, {})]


def _is_due(campaign: Campaign, *, now: datetime) -> bool:
    breakdown = breakdown_of(campaign)
    if breakdown is None:
        return True
    if campaign.finished_at is not None and breakdown.counted_at < campaign.finished_at:
        return True
    pause = max(LEAST_PAUSE, campaign.candidates * PAUSE_FOR_EACH)
    # The clock may have been set back since.
    return not now - pause < breakdown.counted_at <= now


def breakdown_of(campaign: Campaign) -> CampaignBreakdown | None:
    """Return the counts of a campaign by group, if it was counted."""
    found: CampaignBreakdown | None = getattr(campaign, "breakdown", None)
    return found


def _counted_beside(campaign: Campaign) -> dict[str, int] | None:
    breakdown = breakdown_of(campaign)
    return (breakdown.tallies or None) if breakdown else None


def tallies_of(campaigns: list[int]) -> dict[int, dict[str, int]]:
    """Return campaign → status or fact → number, of those that have any."""
    found: dict[int, dict[str, int]] = {}
    statuses = DeliveryTally.objects.filter(campaign__in=campaigns)
    for campaign, status, number in statuses.values_list("campaign", "status", "number"):
        found.setdefault(campaign, {})[status] = number
    facts = FactTally.objects.filter(campaign__in=campaigns)
    for campaign, fact, number in facts.values_list("campaign", "fact", "number"):
        found.setdefault(campaign, {})[f"fact {fact}"] = number
    # By an index of those who left by a link of the email, who are few.
    left = Delivery.objects.filter(campaign__in=campaigns, unsubscribed_at__isnull=False)
    for campaign, number in left.order_by().values_list("campaign").annotate(Count("pk")):
        found.setdefault(campaign, {})[UNSUBSCRIBED] = number
    return found


def _count(campaign: Campaign, group: F | Case) -> dict[str, dict[str, int]]:
    rows = (
        Delivery.objects.filter(campaign=campaign)
        .order_by()
        .values_list(group, "status")
        .annotate(Count("pk"), Count("complained_at"), Count("unsubscribed_at"))
    )
    found: dict[str, Counter[str]] = {}
    for group, status, number, complained, left in rows:
        numbers = found.setdefault(str(group or ""), Counter())
        numbers[status] += number
        numbers[COMPLAINED] += complained
        numbers[UNSUBSCRIBED] += left
    return {group: +numbers for group, numbers in found.items()}


def _domain_or_few(campaign: Campaign) -> Case:
    """Return the mail domain as a group, or FEW_EACH.

    The database puts them together: there are as many domains as institutions, and a worker that
    sends would read each of them with each status.
    """
    many = (
        Delivery.objects.filter(campaign=campaign, subscriber__domain__gt="")
        .order_by()
        .values(_DOMAIN)
        .annotate(number=Count("pk"))
        .filter(number__gte=SMALL_GROUP)
    )
    return Case(
        When(Q(subscriber__domain=None) | Q(subscriber__domain=""), then=Value("")),
        When(subscriber__domain__in=many.values(_DOMAIN), then=F(_DOMAIN)),
        default=Value(FEW_EACH),
        output_field=CharField(),
    )


def number_of(numbers: Mapping[str, int], statuses: Collection[DeliveryStatus]) -> int:
    """Return how many deliveries of a group have one of some statuses."""
    return sum(numbers.get(status, 0) for status in statuses)


def recipients(numbers: Mapping[str, int]) -> int:
    """Return how many recipients a group has, whatever became of their emails."""
    # A report asks this of thousands of mail domains.
    return sum(numbers.values()) - numbers.get(COMPLAINED, 0) - numbers.get(UNSUBSCRIBED, 0)
