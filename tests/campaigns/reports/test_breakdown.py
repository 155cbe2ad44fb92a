"""The counts by group are those of the rows, and are made again when something has changed."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.conf import settings
from django.utils import timezone

from campaigns.models import Campaign, CampaignBreakdown, Delivery, DeliveryTally, FactTally
from campaigns.report_states import BreakdownKind
from campaigns.reports.breakdown import (
    COMPLAINED,
    FEW_EACH,
    UNSUBSCRIBED,
    WATCHED,
    count_breakdown,
    count_breakdowns,
    forget_breakdowns,
    recipients,
)
from campaigns.sending.guard import count_facts
from campaigns.states import CampaignStatus, DeliveryStatus, Fact
from subscribers.models import Subscriber
from subscribers.people.erase import erase
from tests.campaigns.conftest import MakeFollowers

pytestmark = pytest.mark.services

ENDS = [DeliveryStatus.ACCEPTED, DeliveryStatus.DELIVERED, DeliveryStatus.BOUNCED]
LATER = timedelta(minutes=5)


@pytest.fixture
def sent(draft: Campaign, followers: MakeFollowers) -> Campaign:
    """Thirty deliveries with an end of some kind, to people of three countries or none."""
    chance = Random(17)
    draft.launched_at, draft.candidates = timezone.now(), 30
    draft.save()
    for person in followers(30):
        person.country = chance.choice(["AL", "MK", "ME", ""])
        person.save()
        at = chance.choice([None, draft.launched_at])
        Delivery.objects.create(
            campaign=draft,
            subscriber=person,
            language=chance.choice(["en", "fr"]),
            status=chance.choice(ENDS),
            complained_at=at,
            unsubscribed_at=chance.choice([None, at]),
        )
    for status, number in Counter(
        Delivery.objects.filter(campaign=draft).values_list("status", flat=True)
    ).items():
        DeliveryTally.objects.create(campaign=draft, status=status, number=number)
    return draft


def by_hand(campaign: Campaign, group_of: str) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for each in Delivery.objects.filter(campaign=campaign).select_related("subscriber"):
        person = each.subscriber
        group = each.language if group_of == "language" else str(getattr(person, group_of, ""))
        numbers = found.setdefault(group, Counter())
        numbers[each.status] += 1
        numbers[COMPLAINED] += each.complained_at is not None
        numbers[UNSUBSCRIBED] += each.unsubscribed_at is not None
    return {group: dict(+numbers) for group, numbers in found.items()}


@pytest.mark.parametrize("erased", [0, 7])
def test_the_counts_are_those_of_the_rows(sent: Campaign, erased: int) -> None:
    for person in Subscriber.objects.order_by("pk")[:erased]:
        erase(person.email)
    counts = count_breakdown(sent).counts
    for kind in BreakdownKind:
        assert counts[kind] == by_hand(sent, kind.value), kind
        assert sum(map(recipients, counts[kind].values())) == 30


def test_domains_of_few_recipients_are_counted_together(sent: Campaign) -> None:
    for place, person in enumerate(Subscriber.objects.order_by("pk")[:6]):
        person.domain = f"own{place // 4}.example"
        person.save()
    counts = count_breakdown(sent).counts[BreakdownKind.DOMAIN]
    assert set(counts) == {"mail0.example", "mail1.example", "mail2.example", FEW_EACH}
    assert recipients(counts[FEW_EACH]) == 6


def test_nothing_is_counted_again_before_something_has_changed(sent: Campaign) -> None:
    now = timezone.now()
    assert count_breakdowns(now=now) == 1
    assert count_breakdowns(now=now + LATER) == 0
    DeliveryTally.objects.filter(campaign=sent, status="accepted").update(number=99)
    assert count_breakdowns(now=now + timedelta(seconds=1)) == 0, "that would be too often"
    assert count_breakdowns(now=now + LATER) == 1
    assert count_breakdowns(now=now + 2 * LATER) == 0


@pytest.mark.parametrize("what", ["complaint", "unsubscribed", "erased"])
def test_whatever_becomes_of_somebody_has_it_counted_again(sent: Campaign, what: str) -> None:
    now = timezone.now()
    Delivery.objects.filter(campaign=sent).update(unsubscribed_at=None)
    count_breakdowns(now=now)
    delivery = Delivery.objects.select_related("subscriber").filter(campaign=sent)[0]
    if what == "complaint":
        count_facts(sent.pk, {Fact.COMPLAINED: 1})
    elif what == "unsubscribed":
        Delivery.objects.filter(pk=delivery.pk).update(unsubscribed_at=now)
    else:
        assert delivery.subscriber is not None
        erase(delivery.subscriber.email)
    assert count_breakdowns(now=now + LATER) == 1


def test_a_large_campaign_is_counted_less_often_until_it_ends(sent: Campaign) -> None:
    now = timezone.now()
    Campaign.objects.filter(pk=sent.pk).update(candidates=1_000_000)
    count_breakdowns(now=now)
    FactTally.objects.create(campaign=sent, fact=Fact.COMPLAINED, number=1)
    assert count_breakdowns(now=now + LATER) == 0
    Campaign.objects.filter(pk=sent.pk).update(finished_at=now + LATER)
    assert count_breakdowns(now=now + LATER) == 1


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({}, 0),
        ({"status": CampaignStatus.SENDING}, 1),
        ({"finished_at": timezone.now()}, 1),
    ],
    ids=["long over", "being sent again", "sent again"],
)
def test_an_old_campaign_is_counted_again_where_some_of_it_was_sent_again(
    sent: Campaign, changes: dict[str, object], counted: int
) -> None:
    now, old = timezone.now(), timezone.now() - WATCHED - timedelta(days=1)
    count_breakdowns(now=now)
    DeliveryTally.objects.filter(campaign=sent, status="accepted").update(number=99)
    was = {"status": CampaignStatus.SENT, "launched_at": old, "finished_at": old}
    Campaign.objects.filter(pk=sent.pk).update(**was | changes)
    assert count_breakdowns(now=now + LATER) == counted


def test_a_clock_that_was_set_back_puts_nothing_off(sent: Campaign) -> None:
    now = timezone.now()
    count_breakdowns(now=now + timedelta(days=1))
    DeliveryTally.objects.filter(campaign=sent, status="accepted").update(number=99)
    assert count_breakdowns(now=now) == 1


def test_it_goes_with_what_leads_to_the_recipients(sent: Campaign) -> None:
    now = timezone.now()
    count_breakdown(sent)
    assert forget_breakdowns(now=now) == 0
    long_after = now + settings.KEEP_DELIVERY_SUBSCRIBERS + timedelta(days=1)
    assert forget_breakdowns(now=long_after) == 1
    assert count_breakdowns(now=long_after) == 0
    assert not CampaignBreakdown.objects.exists()
