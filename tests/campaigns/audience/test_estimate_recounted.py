"""An estimate is recounted from rows, in Python: each person once, by the first reason."""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from campaigns.audience.conditions.kinds import KINDS
from campaigns.audience.conditions.tree import parse_tree
from campaigns.audience.narrow import conditions_in_words
from campaigns.audience.resolve import estimate, receivers_of
from campaigns.models import Audience, Campaign
from newsletter.core.db.clock import database_now
from subscribers.models import Subscriber, Subscription, Suppression, Topic
from subscribers.states import SubscriptionStatus, SuppressionReason, SuppressionScope
from tests.campaigns.audience.conditions.test_tree import TREE, holds

PERSON = st.tuples(
    st.sampled_from(["AL", "NZ", ""]),
    st.sampled_from(["en", "fr", "en-gb"]),
    st.sampled_from(list(SubscriptionStatus)),
    st.booleans(),  # suppressed
    st.booleans(),  # paused
)
type Person = tuple[str, str, SubscriptionStatus, bool, bool]


def fate(person: Person, tree: dict[str, Any]) -> str:
    """Say what becomes of somebody: "receive", or the reason, "conditions" for all of these."""
    country, language, status, is_suppressed, is_paused = person
    if status in (SubscriptionStatus.PENDING, SubscriptionStatus.AWAITING_REVIEW):
        return "unconfirmed"
    if status != SubscriptionStatus.CONFIRMED:
        return "unsubscribed"
    if not holds(tree, country, language):
        return "conditions"
    if is_suppressed:
        return "suppressed"
    return "paused" if is_paused else "receive"


class TheEstimate(TestCase):
    @settings(max_examples=30)
    @given(TREE, st.lists(PERSON, max_size=12))
    def test_each_person_counts_once_and_the_sum_adds_up(
        self, data: dict[str, Any], people: list[Person]
    ) -> None:
        tree = parse_tree(data, KINDS, path="")
        topic = Topic.objects.create(slug="t", name="T")
        campaign = Campaign.objects.create(name="C", topic=topic)
        Audience.objects.create(campaign=campaign, conditions=tree)
        now = database_now()
        for place, (country, language, status, is_suppressed, is_paused) in enumerate(people):
            person = Subscriber.objects.create(
                email=f"{place}@example.org",
                digest=f"{place:064}",
                country=country,
                language=language,
                paused_until=now + timedelta(days=1) if is_paused else None,
            )
            Subscription.objects.create(
                subscriber=person, topic=topic, status=status, changed_at=now
            )
            if is_suppressed:
                Suppression.objects.create(
                    digest=person.digest,
                    reason=SuppressionReason.COMPLAINT,
                    scope=SuppressionScope.BULK,
                )
        found = estimate(campaign)
        expected = Counter(fate(person, tree) for person in people)
        known = {"unconfirmed", "unsubscribed", "suppressed", "paused"}
        by_conditions = sum(n for why, n in found.left_out.items() if why not in known)
        assert found.receive == expected["receive"] == receivers_of(campaign).count()
        assert by_conditions == expected["conditions"]
        assert {why: found.left_out.get(why, 0) for why in known} == {
            why: expected[why] for why in known
        }
        assert found.receive + sum(found.left_out.values()) == len(people)
        assert bool(conditions_in_words(tree, topic_id=topic.pk)) is bool(tree)
