"""Campaigns about one change that start at once, and the clocks that tell people beside them."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from campaigns.event_states import RsvpAnswer
from campaigns.models import Campaign, Delivery, Event
from campaigns.review.approval import approve
from campaigns.rsvp.tell_guests import tell_guests
from campaigns.sending.freeze import start
from campaigns.sending.launch import launch
from newsletter.models import Brand, TransactionalMessage
from subscribers.models import Subscription, Topic
from tests.campaigns.rsvp.test_last_seat import together
from tests.campaigns.rsvp.test_told_apart import answer, invite, move, telling
from tests.conftest import MakeSubscriber

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


def test_whoever_follows_two_topics_is_in_one_of_the_audiences(
    meeting: Event,
    topic: Topic,
    other_topic: Topic,
    brand: Brand,
    make_subscriber: MakeSubscriber,
) -> None:
    both = make_subscriber("both@example.org", topic=topic)
    Subscription.objects.create(
        subscriber=both, topic=other_topic, status="confirmed", changed_at=timezone.now()
    )
    for each in (topic, other_topic):
        only = make_subscriber(f"{each.slug}@example.org", topic=each)
        invite(meeting, each, both, only)
    later = timezone.now() + timedelta(hours=1)
    for number in range(1, ROUNDS + 1):
        move(meeting, to=f"Hall {number}")
        drafts = [each for each in telling() if each.status == "draft"]
        for draft in drafts:
            approve(draft, by="Sam")
            launch(draft)
        together(*(partial(start, draft.pk, now=later) for draft in drafts))
        emails = Delivery.objects.filter(campaign__in=drafts, subscriber=both)
        assert emails.count() == 1
        Delivery.objects.filter(campaign__in=drafts).update(status="accepted")
        Campaign.objects.filter(pk__in=[draft.pk for draft in drafts]).update(status="sent")


def test_a_guest_who_follows_a_topic_meanwhile_hears_of_it_in_one_way(
    meeting: Event,
    topic: Topic,
    other_topic: Topic,
    brand: Brand,
    make_subscriber: MakeSubscriber,
) -> None:
    for each in (topic, other_topic):
        invite(meeting, each, make_subscriber(f"{each.slug}@example.org", topic=each))
    ina = make_subscriber("ina@guests.example", topic=other_topic)
    Subscription.objects.filter(subscriber=ina).update(status="unsubscribed")
    answer(meeting, "ina", RsvpAnswer.YES)
    later = timezone.now() + timedelta(hours=1)
    for number in range(1, ROUNDS + 1):
        move(meeting, to=f"Hall {number}")
        first, second = (each for each in telling() if each.status == "draft")
        for draft in (first, second):
            approve(draft, by="Sam")
            launch(draft)
        assert start(first.pk, now=later)
        Subscription.objects.filter(subscriber=ina).update(status="confirmed")
        together(partial(start, second.pk, now=later), tell_guests, tell_guests)
        emails = Delivery.objects.filter(campaign=second, subscriber=ina).count()
        messages = TransactionalMessage.objects.filter(kind="rsvp_event_changed").count()
        assert emails + messages == 1
        TransactionalMessage.objects.all().delete()
        Subscription.objects.filter(subscriber=ina).update(status="unsubscribed")
        Delivery.objects.filter(campaign__in=[first, second]).update(status="accepted")
        Campaign.objects.filter(pk__in=[first.pk, second.pk]).update(status="sent")
