"""A merge, and what else happens to one of the two records at the same moment, on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.sending.claims.claim import Claim, claim
from campaigns.sending.freeze import start
from campaigns.sending.launch import launch, launch_now
from campaigns.states import DeliveryStatus, SkipReason
from subscribers.consent.unsubscribe import Departure, unsubscribe
from subscribers.models import ConsentRecord, Subscriber, Subscription
from subscribers.people.erase import erase
from subscribers.people.merging.merge import CannotMerge, MergeMustWait, WhyNot, merge
from subscribers.states import ConsentMethod, SubscriptionStatus
from tests.campaigns.conftest import MakeFollowers
from tests.locks import until_somebody_waits

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite runs one writing transaction at a time"
    ),
    pytest.mark.django_db(transaction=True),
]


def at_once[T](first: Callable[[], object], second: Callable[[], T]) -> T | Exception:
    """Have `second` wait for what `first` has done and not committed yet; return its answer."""

    def run() -> T | Exception:
        try:
            return second()
        except (CannotMerge, MergeMustWait) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            other = pool.submit(run)
            until_somebody_waits(other)
        return other.result(timeout=30)


@pytest.fixture
def two(followers: MakeFollowers) -> tuple[Subscriber, Subscriber]:
    kept, merged = followers(2)
    return kept, merged


def approved(draft: Campaign) -> Campaign:
    approve(draft, by="Sam")
    return draft


def scheduled(draft: Campaign) -> Campaign:
    return launch(approved(draft))


def merged_into(two: tuple[Subscriber, Subscriber]) -> Callable[[], None]:
    kept, merged = two
    return lambda: merge(kept.pk, merged.pk, by="sam")


def leaves(tie: Subscription) -> Callable[[], Departure]:
    return lambda: unsubscribe(tie.pk, method=ConsentMethod.ONE_CLICK)


@pytest.mark.parametrize("follows", ["both", "the other"])
@pytest.mark.parametrize("first", ["merge", "link"])
def test_whoever_unsubscribes_by_the_other_record_has_left(
    two: tuple[Subscriber, Subscriber], follows: str, first: str
) -> None:
    kept, merged = two
    if follows != "both":
        kept.subscriptions.all().delete()
    ways = [merged_into(two), leaves(merged.subscriptions.get())]
    at_once(*(ways if first == "merge" else reversed(ways)))
    tie = Subscription.objects.get(subscriber=kept)
    assert tie.status == SubscriptionStatus.UNSUBSCRIBED
    last = ConsentRecord.objects.filter(digest=kept.digest).latest("pk")
    assert last.action == "unsubscribed"


def test_of_two_merges_the_other_way_round_one_is_done(
    two: tuple[Subscriber, Subscriber],
) -> None:
    kept, merged = two
    refused = at_once(merged_into(two), merged_into((merged, kept)))
    assert isinstance(refused, CannotMerge)
    assert refused.why is WhyNot.MERGED


def test_somebody_who_is_being_erased_isnt_merged(two: tuple[Subscriber, Subscriber]) -> None:
    refused = at_once(lambda: erase(two[1].pk), merged_into(two))
    assert isinstance(refused, CannotMerge)
    assert refused.why is WhyNot.UNKNOWN


def test_a_merge_during_a_claim_waits_for_the_email(
    draft: Campaign, two: tuple[Subscriber, Subscriber]
) -> None:
    campaign = launch_now(approved(draft))
    assert isinstance(at_once(lambda: claim(campaign.pk, size=9), merged_into(two)), MergeMustWait)
    assert Subscriber.objects.filter(merged_into=None).count() == 2


def test_a_claim_during_a_merge_finds_one_of_the_two(
    draft: Campaign, two: tuple[Subscriber, Subscriber]
) -> None:
    campaign = launch_now(approved(draft))
    found = at_once(merged_into(two), lambda: claim(campaign.pk, size=9))
    assert isinstance(found, Claim)
    assert [each.subscriber_id for each in found.deliveries] == [two[0].pk]


@pytest.mark.parametrize("follows", ["both", "the other"])
@pytest.mark.parametrize("first", ["merge", "start"])
def test_an_audience_that_is_being_frozen_has_the_person_once(
    draft: Campaign, two: tuple[Subscriber, Subscriber], follows: str, first: str
) -> None:
    kept, _ = two
    if follows != "both":
        kept.subscriptions.all().delete()
    campaign = scheduled(draft)
    later = timezone.now() + timedelta(hours=1)
    ways: list[Callable[[], object]] = [
        merged_into(two),
        lambda: start(campaign.pk, now=later),
    ]
    at_once(*(ways if first == "merge" else reversed(ways)))
    waiting = Delivery.objects.filter(campaign=campaign, status=DeliveryStatus.PLANNED)
    assert [row.subscriber_id for row in waiting] == [kept.pk]
    skipped = Delivery.objects.filter(campaign=campaign).exclude(status=DeliveryStatus.PLANNED)
    reasons = list(skipped.values_list("reason", flat=True))
    both = follows == "both" and first == "start"
    assert reasons == ([SkipReason.MERGED] if both else [])
    campaign.refresh_from_db()
    assert totals(campaign) == recount(campaign)
    assert totals(campaign).adds_up
