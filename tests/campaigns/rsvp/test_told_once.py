"""Nobody hears twice of what was stopped, drafted anew or changed again in between."""

from collections import Counter

import pytest
from django.utils import timezone

from campaigns.audience.resolve import estimate
from campaigns.event_states import RsvpAnswer
from campaigns.models import Audience, Campaign, CampaignContent, Event, Rsvp
from campaigns.rsvp.tell_guests import tell_guests
from campaigns.rsvp.told_apart import told_apart
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.sending.send import send_batch
from campaigns.states import AudienceRule, CampaignStatus, CampaignStep
from newsletter.models import InboxMessage, TransactionalMessage
from subscribers.models import Subscriber, Subscription, Topic
from tests.campaigns.rsvp.test_told_apart import answer, invite, move, send, start, telling, told
from tests.conftest import MakeSubscriber
from tests.subscribers.own_address import change_own_address

pytestmark = pytest.mark.django_db


def test_after_an_update_that_was_stopped_the_one_before_tells_nobody_else(
    meeting: Event, topic: Topic, brand: object, ada: Subscriber
) -> None:
    answer(meeting, "ina", RsvpAnswer.YES)
    invite(meeting, topic, ada)
    move(meeting)
    send(telling()[0])
    move(meeting, to="Town hall")  # before the clock came
    start(telling()[1])
    assert tell_guests() == 1

    cancel(telling()[1].pk)

    assert tell_guests() == 0
    assert told()["ina@guests.example"] == 1


def test_a_draft_for_a_topic_that_needs_none_any_more_tells_nobody_twice(
    meeting: Event, topic: Topic, other_topic: Topic, brand: object, ada: Subscriber
) -> None:
    Subscription.objects.create(
        subscriber=ada, topic=other_topic, status="confirmed", changed_at=timezone.now()
    )
    answer(meeting, ada, RsvpAnswer.YES)
    move(meeting)
    (guessed,) = telling()
    invited = other_topic if guessed.topic == topic else topic
    invite(meeting, invited, ada)
    move(meeting, to="Town hall")

    of_guessed, of_invited = telling()
    send(of_invited)
    assert estimate(of_guessed).receive == 0
    tell_guests()
    assert told() == {ada.email: 1}


def test_a_guests_answer_goes_along_with_a_change_of_address_so_nobody_hears_at_both(
    meeting: Event, topic: Topic, brand: object, ada: Subscriber
) -> None:
    guest = answer(meeting, "ada", RsvpAnswer.YES)
    Rsvp.objects.filter(pk=guest.pk).update(email=ada.email, digest=ada.digest)
    invite(meeting, topic, ada)
    move(meeting)
    send(telling()[0])
    assert tell_guests() == 0

    changed = change_own_address(ada.pk, to="ada@new.example")

    assert Rsvp.objects.get().subscriber == changed
    assert tell_guests() == 0
    assert told() == {ada.email: 1}


def details(event: Event, topic: Topic) -> Campaign:
    """Draft the joining details of a day before, as after they were stopped."""
    campaign = Campaign.objects.create(
        name="Details", topic=topic, event=event, step=CampaignStep.DETAILS_DAY
    )
    Audience.objects.create(campaign=campaign, rule=AudienceRule.ACCEPTED)
    CampaignContent.objects.create(
        campaign=campaign,
        subject="How to join",
        preheader="Soon",
        blocks=[{"type": "rich_text", "html": "<p>Hello</p>"}, {"type": "event_card"}],
    )
    return campaign


def details_stopped(event: Event, topic: Topic) -> Campaign:
    """Send the joining details to whom they reach, and stop their campaign."""
    campaign = details(event, topic)
    start(campaign)
    send_batch(campaign.pk)
    tell_guests()
    Campaign.objects.filter(pk=campaign.pk).update(status=CampaignStatus.CANCELLED)
    return campaign


def had_details() -> Counter[str]:
    apart = TransactionalMessage.objects.filter(kind="rsvp_joining_details")
    emails = InboxMessage.objects.filter(subject="How to join")
    return Counter(
        [*apart.values_list("to", flat=True), *emails.values_list("recipient", flat=True)]
    )


def test_a_subscriber_with_a_guests_answer_gets_joining_details_that_were_drafted_anew_once(
    meeting: Event, topic: Topic, brand: object, make_subscriber: MakeSubscriber
) -> None:
    make_subscriber("ina@guests.example", topic=topic)
    answer(meeting, "ina", RsvpAnswer.YES)
    details_stopped(meeting, topic)
    answer(meeting, make_subscriber("new@example.org", topic=topic), RsvpAnswer.YES)
    assert had_details() == {"ina@guests.example": 1}

    send(details(meeting, topic))

    assert tell_guests() == 0
    assert had_details() == {"ina@guests.example": 1, "new@example.org": 1}


def test_a_guest_who_had_joining_details_and_follows_the_topic_since_gets_them_once(
    meeting: Event, topic: Topic, brand: object, ada: Subscriber, make_subscriber: MakeSubscriber
) -> None:
    answer(meeting, ada, RsvpAnswer.YES)
    answer(meeting, "ina", RsvpAnswer.YES)
    details_stopped(meeting, topic)
    make_subscriber("ina@guests.example", topic=topic)
    answer(meeting, make_subscriber("new@example.org", topic=topic), RsvpAnswer.YES)

    send(details(meeting, topic))

    assert tell_guests() == 0
    assert had_details() == dict.fromkeys([ada.email, "ina@guests.example", "new@example.org"], 1)


def test_who_is_told_apart_is_asked_of_answers_without_a_join(
    meeting: Event, topic: Topic, other_topic: Topic, brand: object, ada: Subscriber
) -> None:
    """PostgreSQL compares each answer with each subscriber for a condition through a join."""
    for each in (topic, other_topic):
        invite(meeting, each, ada)
    move(meeting)
    first, _ = telling()
    tables = told_apart(first).query.alias_refcount
    assert [name for name, uses in tables.items() if uses] == [Rsvp._meta.db_table]
