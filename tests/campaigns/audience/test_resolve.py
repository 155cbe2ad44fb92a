from datetime import UTC, timedelta
from itertools import product
from uuid import uuid4

import pytest

from campaigns.audience.resolve import Estimate, audience_of, estimate
from campaigns.models import Audience, Campaign
from newsletter.core.db.clock import database_now
from subscribers.models import Subscriber, Subscription, Suppression, Topic
from subscribers.states import SubscriptionStatus, SuppressionReason, SuppressionScope
from tests.campaigns.conftest import MakeFollowers
from tests.conftest import MakeSubscriber


@pytest.fixture
def cast(ada: Subscriber, ben: Subscriber, cleo: Subscriber, dora: Subscriber) -> None:
    """Everybody of the cast at once."""


def test_confirmed_followers_are_the_audience(
    draft: Campaign, cast: None, ada: Subscriber, cleo: Subscriber
) -> None:
    assert set(audience_of(draft)) == {ada, cleo}


def test_the_estimate_counts_each_person_once_and_says_why_they_are_left_out(
    draft: Campaign, cast: None
) -> None:
    found = estimate(draft)

    assert found.receive == 1
    assert found.left_out == {"suppressed": 1, "unsubscribed": 1, "unconfirmed": 1}


@pytest.mark.parametrize(
    ("countries", "languages", "receive"),
    [
        ([], [], 3),
        (["NZ"], [], 1),
        (["NZ", "SL"], [], 2),
        ([], ["fr"], 1),
        ([], ["en"], 2),
        (["NZ"], ["fr"], 0),
    ],
)
def test_a_rule_narrows(
    draft: Campaign,
    topic: Topic,
    make_subscriber: MakeSubscriber,
    countries: list[str],
    languages: list[str],
    receive: int,
) -> None:
    make_subscriber("a@example.nz", topic=topic, country="NZ", language="en")
    make_subscriber("b@example.sl", topic=topic, country="SL", language="en-GB")
    make_subscriber("c@example.fr", topic=topic, country="FR", language="fr")
    Audience.objects.update(countries=countries, languages=languages)

    found = estimate(draft)

    assert audience_of(draft).count() == receive
    assert found.receive == receive
    assert found.left_out == ({"not_addressed": 3 - receive} if receive < 3 else {})


def test_a_person_with_two_suppressions_counts_once(draft: Campaign, cleo: Subscriber) -> None:
    Suppression.objects.create(
        digest=cleo.digest, reason=SuppressionReason.COMPLAINT, scope=SuppressionScope.BULK
    )

    assert estimate(draft).left_out == {"suppressed": 1}


def test_an_estimate_that_reads_no_person_counts_as_one_that_reads_each(
    draft: Campaign, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    now = database_now()
    pauses = (None, now + timedelta(days=1), now - timedelta(days=1))
    suppressions = ((), (None,), (now,), (None, now), (None, None))
    reasons = (SuppressionReason.COMPLAINT, SuppressionReason.HARD_BOUNCE)
    for status, paused_until, lifted in product(SubscriptionStatus, pauses, suppressions):
        email = f"{uuid4().hex}@example.nz"
        person = make_subscriber(email, topic=topic, status=status, country="NZ")
        Subscriber.objects.filter(pk=person.pk).update(paused_until=paused_until)
        for reason, lifted_at in zip(reasons, lifted, strict=False):
            Suppression.objects.create(
                digest=person.digest,
                reason=reason,
                scope=SuppressionScope.BULK,
                lifted_at=lifted_at,
            )

    of_everybody = estimate(draft)
    Audience.objects.update(countries=["NZ"])

    assert of_everybody == estimate(draft)
    assert of_everybody.left_out == {
        "unconfirmed": 30,
        "unsubscribed": 30,
        "suppressed": 9,
        "paused": 2,
    }
    assert of_everybody.receive == 4


def test_followers_of_other_topics_are_no_matter(
    draft: Campaign, other_topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    make_subscriber("e@example.org", topic=other_topic)

    assert (estimate(draft).receive, estimate(draft).left_out) == (0, {})


@pytest.mark.parametrize(
    "status", [status for status in SubscriptionStatus if status != SubscriptionStatus.CONFIRMED]
)
def test_nobody_who_has_not_confirmed_is_written_to(
    draft: Campaign, topic: Topic, make_subscriber: MakeSubscriber, status: SubscriptionStatus
) -> None:
    make_subscriber("e@example.org", topic=topic, status=status)

    assert not audience_of(draft).exists()
    assert estimate(draft).receive == 0


def test_a_campaign_without_a_rule_is_for_all(draft: Campaign, ada: Subscriber) -> None:
    Audience.objects.all().delete()

    assert list(audience_of(draft)) == [ada]
    assert estimate(draft).receive == 1


def test_whose_membership_of_a_need_to_know_topic_has_ended_is_left_out(
    draft: Campaign, followers: MakeFollowers
) -> None:
    today = database_now().astimezone(UTC).date()
    Topic.objects.filter(pk=draft.topic_id).update(is_public=False, is_restricted=True)
    over, last_day, _ = [person.subscriptions.get() for person in followers(3)]
    for membership, day in ((over, today - timedelta(days=1)), (last_day, today)):
        Subscription.objects.filter(pk=membership.pk).update(member_until=day)
    draft.refresh_from_db()
    assert over.subscriber not in audience_of(draft)
    assert audience_of(draft).count() == 2
    assert estimate(draft) == Estimate(receive=2, left_out={"term_ended": 1})


def test_whoever_has_paused_is_counted_as_left_out_until_the_pause_is_over(
    draft: Campaign, followers: MakeFollowers
) -> None:
    now = database_now()
    paused, over, suppressed_too, _ = followers(4)
    for person, hours in ((paused, 1), (over, -1), (suppressed_too, 1)):
        Subscriber.objects.filter(pk=person.pk).update(paused_until=now + timedelta(hours=hours))
    Suppression.objects.create(
        digest=suppressed_too.digest,
        reason=SuppressionReason.COMPLAINT,
        scope=SuppressionScope.BULK,
    )
    assert estimate(draft) == Estimate(receive=2, left_out={"paused": 1, "suppressed": 1})
