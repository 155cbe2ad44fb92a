"""Whoever answered, or has the event in a calendar, hears of a change once."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.audience.resolve import estimate
from campaigns.back_to_draft import back_to_draft
from campaigns.event_states import CalendarMethod, RsvpAnswer, Seat
from campaigns.events.schedule import cancel_event, change_event
from campaigns.models import Campaign, Delivery, Event, Rsvp
from campaigns.review.approval import approve
from campaigns.review.preflight import preflight
from campaigns.rsvp.tell_guests import tell_guests
from campaigns.rsvp.told_apart import told_apart
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.freeze import start_due
from campaigns.sending.launch import launch, launch_now
from campaigns.sending.pause_cancel_undo import cancel, pause
from campaigns.sending.send import send_batch
from campaigns.states import TELLS_OF_CHANGE, CampaignStatus, DeliveryStatus
from newsletter.core.addresses import address_digest
from newsletter.models import InboxMessage, TransactionalMessage
from subscribers.consent.urls_in_mail import never_again_url
from subscribers.models import Subscriber, Subscription, Suppression, Topic
from subscribers.states import SubscriptionStatus
from tests.conftest import MakeSubscriber

pytestmark = pytest.mark.django_db

EARLIER = timedelta(hours=1)


def answer(event: Event, who: Subscriber | str, what: RsvpAnswer, **facts: object) -> Rsvp:
    """Record an answer of a subscriber, or of a guest by their name."""
    person: dict[str, object] = {"subscriber": who}
    if isinstance(who, str):
        address = f"{who}@guests.example"
        person = {"email": address, "digest": address_digest(address), "full_name": who}
    return Rsvp.objects.create(
        event=event, answer=what, answered_at=timezone.now() - EARLIER, **person, **facts
    )


def ask(event: Event, name: str, *, when: timedelta = EARLIER) -> Rsvp:
    """Have somebody been named to come, who hasn't answered."""
    address = f"{name}@guests.example"
    return Rsvp.objects.create(
        event=event, email=address, digest=address_digest(address), full_name=name, answer="",
        is_named=True, source="delegate", created_at=timezone.now() - when,
    )  # fmt: skip


def invite(event: Event, topic: Topic, *people: Subscriber) -> Campaign:
    """Have some people of a topic got the event for their calendars."""
    campaign = Campaign.objects.create(
        name="Invitation",
        topic=topic,
        event=event,
        status=CampaignStatus.SENT,
        calendar_method=CalendarMethod.PUBLISH,
        launched_at=timezone.now() - EARLIER,
    )
    for person in people:
        Delivery.objects.create(
            campaign=campaign, subscriber=person, language="en", status=DeliveryStatus.ACCEPTED
        )
    return campaign


def leave(person: Subscriber) -> None:
    Subscription.objects.filter(subscriber=person).update(status=SubscriptionStatus.UNSUBSCRIBED)


def telling() -> list[Campaign]:
    return list(Campaign.objects.filter(kind__in=TELLS_OF_CHANGE).order_by("pk"))


def start(campaign: Campaign) -> Campaign:
    approve(campaign, by="Sam")
    return launch_now(campaign)


def send(campaign: Campaign) -> None:
    start(campaign)
    while send_batch(campaign.pk).more:
        pass
    advance_campaigns()


def told() -> Counter[str]:
    """Count by address what people got of a change, by a campaign or by a message of their own."""
    apart = TransactionalMessage.objects.filter(kind="rsvp_event_changed")
    emails = InboxMessage.objects.filter(subject__regex="^(Changed|Cancelled)")
    return Counter(
        [*apart.values_list("to", flat=True), *emails.values_list("recipient", flat=True)]
    )


def move(event: Event, *, to: str = "Parliament") -> None:
    change_event(event, venue=to)


@pytest.mark.parametrize(
    ("change", "advice"),
    [(move, "please change it there"), (cancel_event, "please remove it there")],
)
def test_whoever_may_come_or_holds_the_event_hears_once_and_nobody_else(
    change: Callable[[Event], object],
    advice: str,
    meeting: Event,
    topic: Topic,
    other_topic: Topic,
    brand: object,
    make_subscriber: MakeSubscriber,
    sams: Client,
) -> None:
    names = ["holder", "late", "silent", "no", "paused", "left", "quits", "all", "both"]
    people = {name: make_subscriber(f"{name}@example.org", topic=topic) for name in names}
    elsewhere = make_subscriber("elsewhere@example.org", topic=other_topic)
    invite(meeting, topic, people["holder"], people["paused"], people["left"], people["quits"])
    answer(meeting, people["late"], RsvpAnswer.YES)
    answer(meeting, people["no"], RsvpAnswer.NO)
    answer(meeting, people["paused"], RsvpAnswer.MAYBE)
    answer(meeting, people["left"], RsvpAnswer.DELEGATE)
    answer(meeting, people["all"], RsvpAnswer.YES)
    answer(meeting, elsewhere, RsvpAnswer.YES, source="staff")
    Subscriber.objects.filter(pk=people["paused"].pk).update(
        paused_until=timezone.now() + timedelta(days=9)
    )
    for name in ("left", "quits"):
        leave(people[name])
    for digest, scope in (
        (people["all"].digest, "bulk"),
        (address_digest("shut@guests.example"), "all"),
    ):
        Suppression.objects.create(digest=digest, reason="complaint", scope=scope)
    answer(meeting, "shut", RsvpAnswer.YES)
    answer(meeting, "waits", RsvpAnswer.YES, seat=Seat.WAITING, waiting_since=timezone.now())
    answer(meeting, "unsure", RsvpAnswer.MAYBE)
    answer(meeting, "declines", RsvpAnswer.NO)
    ask(meeting, "asked")
    # The same person, as a subscriber and as a guest.
    answer(meeting, people["both"], RsvpAnswer.YES)
    Rsvp.objects.create(
        event=meeting, email=people["both"].email, digest=people["both"].digest,
        answer=RsvpAnswer.YES, answered_at=timezone.now() - EARLIER,
    )  # fmt: skip
    leave(people["both"])

    change(meeting)
    (draft,) = telling()
    assert told() == {}
    page = sams.get(reverse("admin:studio_audience", args=[draft.pk])).content.decode()
    assert "<strong>2</strong> people would receive this email" in page
    assert "<strong>7</strong> more people who answered the invitation, or were named" in page
    send(draft)
    tell_guests()
    tell_guests()
    texts = TransactionalMessage.objects.filter(kind="rsvp_event_changed").values_list("text")
    assert all(advice in text for (text,) in texts)

    assert told() == dict.fromkeys(
        [
            "holder@example.org", "late@example.org", "paused@example.org", "left@example.org",
            "elsewhere@example.org", "both@example.org", "waits@guests.example",
            "unsure@guests.example", "asked@guests.example",
        ],
        1,
    )  # fmt: skip


@pytest.mark.parametrize("change", [move, cancel_event])
def test_whoever_was_named_and_is_silent_hears_what_they_were_asked_to_isnt_so(
    change: Callable[[Event], object], meeting: Event, topic: Topic, brand: object, ada: Subscriber
) -> None:
    """The email that asked them says when and where it is, and may keep a place for them."""
    invite(meeting, topic, ada)
    asked = ask(meeting, "asked")
    Rsvp.objects.filter(pk=asked.pk).update(
        seat=Seat.OFFERED, offered_until=timezone.now() + timedelta(days=1)
    )
    change(meeting)
    (draft,) = telling()
    send(draft)
    ask(meeting, "later", when=-timedelta(minutes=1))

    assert (tell_guests(), tell_guests()) == (1, 0)
    message = TransactionalMessage.objects.get(kind="rsvp_event_changed")
    assert message.to == "asked@guests.example"
    assert "somebody whom we invited gave us your name" in " ".join(message.text.split())
    # They never asked for mail, and may refuse all of it.
    assert never_again_url(asked.digest) in message.text
    assert "change your answer" not in message.text, "there is none"


def test_where_only_silent_people_are_left_to_tell_a_draft_does(
    meeting: Event, topic: Topic, brand: object
) -> None:
    ask(meeting, "asked")
    cancel_event(meeting)
    assert len(telling()) == 1


def test_whoever_leaves_before_their_email_is_claimed_hears_by_a_message_of_their_own(
    meeting: Event, topic: Topic, brand: object, ada: Subscriber
) -> None:
    answer(meeting, ada, RsvpAnswer.YES)
    invite(meeting, topic, ada)
    move(meeting)
    (draft,) = telling()
    start(draft)
    assert tell_guests() == 0  # her email waits
    leave(ada)
    assert tell_guests() == 0
    send_batch(draft.pk)
    assert tell_guests() == 1
    assert tell_guests() == 0
    assert told() == {ada.email: 1}


@pytest.fixture
def two(
    meeting: Event, topic: Topic, other_topic: Topic, brand: object, make_subscriber: MakeSubscriber
) -> tuple[Campaign, Campaign]:
    """Drafts of one change for two topics, and "both", who holds the event and follows each."""
    first = make_subscriber("first@example.org", topic=topic)
    second = make_subscriber("second@example.org", topic=other_topic)
    both = make_subscriber("both@example.org", topic=topic)
    Subscription.objects.create(
        subscriber=both, topic=other_topic, status="confirmed", changed_at=timezone.now()
    )
    invite(meeting, topic, first, both)
    invite(meeting, other_topic, second, both)
    answer(meeting, second, RsvpAnswer.YES)
    move(meeting)
    drafts = telling()
    return drafts[0], drafts[1]


def test_whoever_follows_two_topics_hears_once(
    two: tuple[Campaign, Campaign], meeting: Event
) -> None:
    first, second = two
    send(first)
    # No other change, though the event has another sequence.
    change_event(meeting, summary="With coffee")
    assert estimate(second).left_out["told_already"] == 1
    send(second)
    tell_guests()
    assert told() == {"first@example.org": 1, "second@example.org": 1, "both@example.org": 1}


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize("end", ["stopped", "failed"])
def test_a_campaign_waits_for_another_whose_recipients_it_would_leave_out(
    two: tuple[Campaign, Campaign], sams: Client, end: str
) -> None:
    first, second = two
    start(first)
    approve(second, by="Sam")
    launch(second)
    Campaign.objects.filter(pk=second.pk).update(scheduled_at=timezone.now())
    assert start_due() == 0
    page = sams.get(reverse("admin:studio_progress", args=[second.pk])).content.decode()
    assert f"“{first.name}” tells people of the same change" in page
    assert "It is paused" not in page
    pause(first.pk)
    assert start_due() == 0
    page = sams.get(reverse("admin:studio_progress", args=[second.pk])).content.decode()
    assert "It is paused: nothing leaves before somebody resumes or stops it." in page
    if end == "stopped":
        cancel(first.pk)
    else:
        first.deliveries.update(status=DeliveryStatus.FAILED)
    assert start_due() == 1
    assert set(second.deliveries.values_list("subscriber__email", flat=True)) == {
        "second@example.org",
        "both@example.org",
    }


def test_the_next_change_reaches_everybody_again(
    two: tuple[Campaign, Campaign], meeting: Event
) -> None:
    first, second = two
    send(first)
    change_event(meeting, venue="Town hall")
    third = telling()[-1]
    assert (third.topic, third.change_sequence) == (first.topic, Event.objects.get().sequence)
    send(second)
    send(third)
    tell_guests()
    assert told() == {"first@example.org": 2, "second@example.org": 1, "both@example.org": 2}


def test_whom_a_draft_would_reach_gets_no_message_of_their_own_unless_it_is_cancelled(
    two: tuple[Campaign, Campaign],
) -> None:
    first, second = two
    assert not told_apart(first).exists()
    send(first)
    assert tell_guests() == 0
    cancel(second.pk)
    assert tell_guests() == 1
    assert told() == {"first@example.org": 1, "second@example.org": 1, "both@example.org": 1}


def test_whoever_was_told_by_a_message_of_their_own_gets_no_campaign_about_it(
    two: tuple[Campaign, Campaign], topic: Topic, other_topic: Topic
) -> None:
    first, second = two
    person = Subscriber.objects.get(email="second@example.org")
    leave(person)
    answer(Event.objects.get(), "ina", RsvpAnswer.YES)
    send(first)
    assert tell_guests() == 2
    # Both follow the topic now.
    Subscription.objects.filter(subscriber=person).update(status=SubscriptionStatus.CONFIRMED)
    ina = Subscriber.objects.create(
        email="ina@guests.example",
        digest=address_digest("ina@guests.example"),
        domain="guests.example",
    )
    Subscription.objects.create(
        subscriber=ina, topic=other_topic, status="confirmed", changed_at=timezone.now()
    )
    third = Subscriber.objects.get(email="first@example.org")
    Subscription.objects.create(
        subscriber=third, topic=other_topic, status="confirmed", changed_at=timezone.now()
    )
    assert estimate(second).receive == 0


def test_of_an_event_that_guests_alone_answered_a_person_still_sends_what_they_hear(
    meeting: Event, topic: Topic, brand: object, ada: Subscriber, sams: Client
) -> None:
    answer(meeting, "ina", RsvpAnswer.YES)
    cancel_event(meeting)
    (draft,) = telling()
    assert draft.topic == topic
    assert any("some who answered may get" in finding.message for finding in preflight(draft))
    assert tell_guests() == 0
    approve(draft, by="Sam")
    page = sams.get(reverse("admin:studio_launch", args=[draft.pk])).content.decode()
    assert "<strong>1</strong> person will receive a short message of their own" in page
    assert "Send 1 short message</span>" in page
    assert "Schedule 1 short message</span>" in page
    # An email that nobody gets isn't announced, nor its subjects.
    assert "will receive this email" not in page
    assert "st-quote" not in page
    back_to_draft(Campaign.objects.filter(pk=draft.pk))
    send(draft)
    assert tell_guests() == 1
    assert told() == {"ina@guests.example": 1}


def test_who_answered_without_a_calendar_entry_makes_an_update_of_the_events_topic(
    meeting: Event, topic: Topic, other_topic: Topic, brand: object, ada: Subscriber
) -> None:
    answer(meeting, ada, RsvpAnswer.MAYBE)
    Campaign.objects.create(name="In words", topic=topic, event=meeting, status="sent")
    move(meeting)
    (draft,) = telling()
    assert draft.topic == topic
    send(draft)
    tell_guests()
    assert told() == {ada.email: 1}


def test_an_answer_that_nobody_needs_to_hear_of_drafts_nothing(
    meeting: Event, topic: Topic, brand: object, ada: Subscriber
) -> None:
    answer(meeting, ada, RsvpAnswer.NO)
    move(meeting)
    cancel_event(meeting)
    assert telling() == []
