"""Whom a campaign that asks for consent goes to: those under earlier words, and each once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.audience.resolve import audience_of, estimate
from campaigns.content.ask_again import create_consent_campaign
from campaigns.models import Campaign, Delivery
from campaigns.review.approval import approve
from campaigns.sending.claims.claim import claim
from campaigns.sending.freeze import start
from campaigns.sending.launch import launch, launch_now
from campaigns.states import CampaignStatus, DeliveryStatus, SkipReason
from newsletter.models import Brand
from subscribers.consent.consent_wording import invitation_words, preferences_words
from subscribers.models import Subscriber, Topic
from tests.campaigns.consent_campaign import agree_to, asked
from tests.conftest import MakeSubscriber

pytestmark = pytest.mark.django_db


def addresses(campaign: Campaign) -> set[str]:
    return set(audience_of(campaign).values_list("email", flat=True))


@pytest.fixture
def eve(make_subscriber: MakeSubscriber, topic: Topic) -> Subscriber:
    return make_subscriber("eve@example.org", topic=topic)


def test_it_goes_to_those_under_earlier_words_or_none(
    brand: Brand, topic: Topic, ada: Subscriber, eve: Subscriber, make_subscriber: MakeSubscriber
) -> None:
    agree_to(ada, topic)
    for address, words in (("f", invitation_words(topic)), ("g", preferences_words())):
        agree_to(make_subscriber(f"{address}@example.org", topic=topic), topic, words)
    campaign = create_consent_campaign(topic)
    assert addresses(campaign) == {ada.email, eve.email}
    assert (estimate(campaign).receive, estimate(campaign).left_out) == (2, {"agreed": 2})


def test_an_announcement_goes_to_all_as_ever(
    draft: Campaign, topic: Topic, ada: Subscriber, eve: Subscriber
) -> None:
    agree_to(ada, topic)
    agree_to(eve, topic, invitation_words(topic))
    assert addresses(draft) == {ada.email, eve.email}


def test_who_left_is_suppressed_paused_or_discreet_is_not_asked(
    brand: Brand, topic: Topic, ada: Subscriber, ben: Subscriber, cleo: Subscriber,
    dora: Subscriber, eve: Subscriber, make_subscriber: MakeSubscriber,
) -> None:  # fmt: skip
    paused = make_subscriber("paused@example.org", topic=topic)
    for person in (ada, ben, cleo, dora, eve, paused):
        agree_to(person, topic)
    Subscriber.objects.filter(pk=eve.pk).update(discreet_since=timezone.now())
    later = timezone.now() + timedelta(days=9)
    Subscriber.objects.filter(pk=paused.pk).update(paused_until=later)
    campaign = asked(topic)
    assert set(Delivery.objects.values_list("subscriber", flat=True)) == {ada.pk}
    assert campaign.left_out == {
        "discreet": 1, "paused": 1, "suppressed": 1, "unconfirmed": 1, "unsubscribed": 1,
    }  # fmt: skip


def test_nobody_is_asked_twice_for_the_same_words_and_anew_for_others(
    brand: Brand, topic: Topic, ada: Subscriber, eve: Subscriber
) -> None:
    agree_to(ada, topic)
    asked(topic)
    # Both were asked, and neither answered.
    second = create_consent_campaign(topic)
    assert addresses(second) == set()
    assert estimate(second).left_out == {"asked": 2}
    topic.consent = "I agree to hear of the meetings."
    topic.save()
    assert addresses(second) == {ada.email, eve.email}


def test_who_was_asked_in_another_language_counts_as_asked(
    brand: Brand, topic: Topic, eve: Subscriber
) -> None:
    Subscriber.objects.update(language="uk")
    asked(topic, "uk")
    assert Delivery.objects.get().language == "uk"
    Subscriber.objects.update(language="fr")
    assert addresses(create_consent_campaign(topic)) == set()


@pytest.mark.parametrize("status", ["skipped", "failed", "bounced"])
def test_who_was_not_reached_may_be_asked_again(
    brand: Brand, topic: Topic, eve: Subscriber, status: str
) -> None:
    asked(topic)
    Delivery.objects.update(status=status)
    assert addresses(create_consent_campaign(topic)) == {eve.email}


def test_another_topic_s_campaign_says_nothing_of_this_one(
    brand: Brand, topic: Topic, other_topic: Topic, eve: Subscriber, make_subscriber: MakeSubscriber
) -> None:
    make_subscriber("other@example.org", topic=other_topic)
    asked(other_topic)
    assert addresses(create_consent_campaign(topic)) == {eve.email}


def test_new_words_after_the_approval_take_it_away(
    brand: Brand, topic: Topic, eve: Subscriber
) -> None:
    campaign = create_consent_campaign(topic)
    approve(campaign, by="Sam")
    launch(campaign)
    topic.consent = "I agree to hear of the meetings."
    topic.save()
    Campaign.objects.update(scheduled_at=timezone.now())
    assert not start(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.DRAFT
    assert not Delivery.objects.exists()


def test_who_switches_discreet_mode_on_before_the_email_leaves_is_skipped(
    brand: Brand, topic: Topic, eve: Subscriber
) -> None:
    campaign = create_consent_campaign(topic)
    approve(campaign, by="Sam")
    launch_now(campaign)
    Subscriber.objects.update(discreet_since=timezone.now())
    assert claim(campaign.pk, size=10).skipped == 1
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.reason) == (DeliveryStatus.SKIPPED, SkipReason.DISCREET)
