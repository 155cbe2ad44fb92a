"""Guests who come are told how to join when subscribers are, once for each date."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.event_states import CalendarMethod, RsvpAnswer, Seat
from campaigns.events.schedule import cancel_event, change_event
from campaigns.models import Campaign, Delivery, Event, Rsvp
from campaigns.review.approval import approve
from campaigns.rsvp.reply import Reply
from campaigns.rsvp.respond import respond
from campaigns.rsvp.tell_guests import tell_guests
from campaigns.sending.launch import launch_now
from campaigns.sending.pause_cancel_undo import cancel, pause
from campaigns.sending.send import send_batch
from campaigns.states import TELLS_OF_CHANGE, CampaignStatus, DeliveryStatus
from newsletter.core.addresses import address_digest
from newsletter.models import InboxMessage, TransactionalMessage
from subscribers.models import Subscriber, Suppression, Topic
from tests.conftest import MakeSubscriber

pytestmark = pytest.mark.django_db


def guest(event: Event, name: str, answer: RsvpAnswer = RsvpAnswer.YES, **facts: object) -> Rsvp:
    address = f"{name}@guests.example"
    return Rsvp.objects.create(
        event=event,
        email=address,
        digest=address_digest(address),
        full_name=name.title(),
        language="fr",
        answer=answer,
        answered_at=timezone.now() - timedelta(hours=1),
        **facts,
    )


def told() -> list[str]:
    rows = TransactionalMessage.objects.filter(kind="rsvp_joining_details")
    return sorted(rows.values_list("to", flat=True))


def test_guests_who_come_are_told_in_their_language_when_subscribers_are(
    details: Campaign, meeting: Event
) -> None:
    guest(meeting, "ina")
    guest(meeting, "waits", seat=Seat.WAITING, waiting_since=timezone.now())
    guest(meeting, "no", RsvpAnswer.NO)
    guest(meeting, "silent", "")  # type: ignore[arg-type] # asked, and silent
    assert tell_guests() == 0
    launch_now(details)
    assert tell_guests() == 1
    message = TransactionalMessage.objects.get(kind="rsvp_joining_details")
    assert message.to == "ina@guests.example"
    assert "comment participer à" in message.subject
    assert "https://meet.example.org/quarterly" in message.text
    assert "+40 21 000 000" in message.text
    assert tell_guests() == 0


def test_a_delegate_is_told_once_though_both_steps_and_two_clocks_run(
    details: Campaign, meeting: Event, topic: Topic
) -> None:
    guest(meeting, "ina")
    hour = Campaign.objects.get(step="details_hour")
    approve(hour, by="Sam")
    for campaign in (details, hour):
        launch_now(campaign)
        tell_guests()
        tell_guests()
    assert told() == ["ina@guests.example"] * 2


def test_whoever_answers_later_has_the_way_in_with_the_confirmation(
    details: Campaign, meeting: Event
) -> None:
    launch_now(details)
    late = guest(meeting, "late")
    Rsvp.objects.filter(pk=late.pk).update(answered_at=timezone.now() + timedelta(seconds=5))
    assert tell_guests() == 0


def test_a_guest_who_follows_the_topic_gets_one_of_the_two(
    details: Campaign, meeting: Event
) -> None:
    person = Subscriber.objects.order_by("pk")[0]
    Rsvp.objects.create(
        event=meeting, email=person.email, digest=person.digest, answer=RsvpAnswer.YES,
        answered_at=timezone.now() - timedelta(hours=1),
    )  # fmt: skip
    campaign = launch_now(details)
    while send_batch(campaign.pk).more:
        pass
    assert tell_guests() == 0
    assert [each.recipient for each in InboxMessage.objects.all()] == [person.email]


def test_a_guest_who_said_no_meanwhile_is_told_nothing(details: Campaign, meeting: Event) -> None:
    ina = guest(meeting, "ina")
    launch_now(details)
    respond(meeting.pk, person=ina, reply=Reply(answer=RsvpAnswer.NO))
    assert tell_guests() == 0


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    "change",
    [
        lambda campaign, event: cancel(campaign.pk),
        lambda campaign, event: pause(campaign.pk),
        lambda campaign, event: cancel_event(event),
        lambda campaign, event: change_event(
            event, local_end=event.local_end + timedelta(days=2),
            local_start=event.local_start + timedelta(days=2),
        ),
        lambda campaign, event: Event.objects.update(starts_at=timezone.now()),
    ],
    ids=["stopped", "paused", "called off", "moved", "started"],
)  # fmt: skip
def test_nobody_is_told_of_a_date_that_is_no_more(
    details: Campaign, meeting: Event, change: Callable[[Campaign, Event], object]
) -> None:
    guest(meeting, "ina")
    campaign = launch_now(details)
    change(campaign, Event.objects.get(pk=meeting.pk))
    assert tell_guests() == 0


def test_a_guest_whose_address_must_not_be_written_to_is_told_nothing(
    details: Campaign, meeting: Event
) -> None:
    ina = guest(meeting, "ina")
    Suppression.objects.create(digest=ina.digest, reason="complaint", scope="all")
    launch_now(details)
    assert tell_guests() == 0
    assert told() == []


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (
            lambda event: change_event(event, venue="Parliament"),
            "rsvp_event_changed",
            "événement a été modifié",
        ),
        (cancel_event, "rsvp_event_changed", "événement est annulé"),
        (
            lambda event: change_event(event, join_url="https://meet.example.org/second"),
            "rsvp_joining_details",
            "https://meet.example.org/second",
        ),
    ],
)
def test_guests_who_come_hear_of_a_change_once_when_subscribers_do(
    meeting: Event,
    topic: Topic,
    brand: object,
    make_subscriber: MakeSubscriber,
    change: Callable[[Event], object],
    kind: str,
    words: str,
) -> None:
    reader = make_subscriber("reader@example.org", topic=topic)
    told_before = Campaign.objects.create(
        name="Invitation",
        topic=topic,
        event=meeting,
        status=CampaignStatus.SENT,
        calendar_method=CalendarMethod.PUBLISH,
        join_url=meeting.join_url,
    )
    Delivery.objects.create(
        campaign=told_before, subscriber=reader, language="en", status=DeliveryStatus.ACCEPTED
    )
    Rsvp.objects.create(event=meeting, subscriber=reader, answer=RsvpAnswer.YES)
    guest(meeting, "ina")
    guest(meeting, "no", RsvpAnswer.NO)
    change(meeting)
    draft = Campaign.objects.get(kind__in=TELLS_OF_CHANGE)
    assert tell_guests() == 0
    approve(draft, by="Sam")
    launch_now(draft)

    assert tell_guests() == 1
    assert tell_guests() == 0
    message = TransactionalMessage.objects.get(kind=kind)
    assert message.to == "ina@guests.example"
    assert words in message.text


def test_a_guest_reads_that_the_way_in_is_another_one(
    details: Campaign, meeting: Event, topic: Topic
) -> None:
    guest(meeting, "ina")
    launch_now(details)
    tell_guests()
    Delivery.objects.update(status=DeliveryStatus.ACCEPTED)
    Campaign.objects.filter(pk=details.pk).update(status=CampaignStatus.SENT)
    change_event(Event.objects.get(), join_url="https://meet.example.org/second")
    draft = Campaign.objects.get(kind="new_link")
    approve(draft, by="Sam")
    launch_now(draft)
    tell_guests()
    before, after = TransactionalMessage.objects.filter(kind="rsvp_joining_details").order_by("pk")
    for words in ("La façon de participer a changé", "Notre précédent courriel"):
        assert words in after.text
        assert words not in before.text
    assert "Nouvelles informations pour participer" in after.subject


def test_a_guest_hears_once_of_a_change_that_two_topics_are_told(
    meeting: Event,
    topic: Topic,
    other_topic: Topic,
    brand: object,
    make_subscriber: MakeSubscriber,
) -> None:
    for number, each in enumerate((topic, other_topic)):
        told_before = Campaign.objects.create(
            name="Invitation",
            topic=each,
            event=meeting,
            status=CampaignStatus.SENT,
            calendar_method=CalendarMethod.PUBLISH,
        )
        Delivery.objects.create(
            campaign=told_before,
            subscriber=make_subscriber(f"reader{number}@example.org", topic=each),
            language="en",
            status=DeliveryStatus.ACCEPTED,
        )
    guest(meeting, "ina")
    change_event(meeting, venue="Parliament")
    first, second = Campaign.objects.filter(kind__in=TELLS_OF_CHANGE)
    for draft in (first, second):
        approve(draft, by="Sam")
        launch_now(draft)
        tell_guests()
    messages = TransactionalMessage.objects.filter(kind="rsvp_event_changed")
    assert [each.to for each in messages] == ["ina@guests.example"]

    Campaign.objects.filter(pk__in=[first.pk, second.pk]).update(status=CampaignStatus.SENT)
    change_event(meeting, venue="Town hall")
    another = Campaign.objects.filter(status=CampaignStatus.DRAFT)[0]
    approve(another, by="Sam")
    launch_now(another)
    tell_guests()
    assert messages.all().count() == 2


def test_a_guest_who_follows_another_topic_gets_its_email_alone(
    meeting: Event, topic: Topic, other_topic: Topic, ada: Subscriber
) -> None:
    Rsvp.objects.create(
        event=meeting,
        email=ada.email,
        digest=ada.digest,
        answer=RsvpAnswer.YES,
        answered_at=timezone.now() - timedelta(hours=1),
    )
    facts = {
        "event": meeting,
        "kind": "update",
        "status": CampaignStatus.SENT,
        "calendar_sequence": 3,
        "launched_at": timezone.now(),
    }
    Campaign.objects.create(name="To others", topic=other_topic, **facts)
    hers = Campaign.objects.create(name="To her", topic=topic, **facts)
    Delivery.objects.create(
        campaign=hers, subscriber=ada, language="en", status=DeliveryStatus.ACCEPTED
    )
    assert tell_guests() == 0
