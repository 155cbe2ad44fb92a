"""A message of one's own about a change that surely failed counts for nobody's being told."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.audience.resolve import estimate
from campaigns.event_states import RsvpAnswer
from campaigns.models import Campaign, Event, Rsvp
from campaigns.rsvp.not_reached import not_reached
from campaigns.rsvp.tell_guests import tell_guests
from campaigns.states import CampaignStatus
from newsletter.models import TransactionalMessage
from newsletter.outbox.send_again import MessageActionRefused, send_again
from newsletter.states import MessageStatus
from staff.roles import AUTHOR
from subscribers.models import Subscriber, Subscription, Topic
from tests.campaigns.rsvp import test_told_apart
from tests.campaigns.rsvp.test_told_apart import answer, invite, leave, move, send, telling
from tests.staff_members import browser_of, staff_member

pytestmark = pytest.mark.django_db
two = test_told_apart.two
"""Drafts of one change for two topics."""


def settle(status: MessageStatus) -> None:
    TransactionalMessage.objects.update(status=status, claim_token=None, lease_until=None)


@pytest.fixture
def told(meeting: Event, topic: Topic, brand: object, ada: Subscriber) -> Event:
    """An event whose guests, Ina and Ion, were told of its move."""
    for name in ("ina", "ion"):
        answer(meeting, name, RsvpAnswer.YES)
    invite(meeting, topic, ada)
    move(meeting)
    send(telling()[-1])
    assert tell_guests() == 2
    return meeting


def test_staff_see_on_the_events_page_how_many_were_not_reached(told: Event, sams: Client) -> None:
    def pages() -> list[str]:
        url = reverse("admin:studio_event", args=[told.pk])
        return [" ".join(each.get(url).content.decode().split()) for each in (sams, wrens)]

    wrens = browser_of(staff_member("wren", AUTHOR))
    assert all("it failed" not in page for page in pages())
    settle(MessageStatus.FAILED)
    sams_page, wrens_page = pages()
    assert "<strong>2</strong> people who answered the invitation" in sams_page
    assert "?status__exact=failed" in sams_page
    assert "A few people who answered the invitation" in wrens_page
    assert "?status__exact=failed" not in wrens_page


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    ("status", "number"),
    [
        (MessageStatus.QUEUED, 0),
        (MessageStatus.ACCEPTED, 0),
        (MessageStatus.UNCERTAIN, 0),
        (MessageStatus.FAILED, 2),
    ],
)
def test_only_who_surely_got_nothing_counts_and_nobody_is_written_to_again_by_itself(
    told: Event, status: MessageStatus, number: int
) -> None:
    settle(status)
    assert not_reached(told).count() == number
    assert tell_guests() == 0


def test_whoever_does_not_come_any_more_need_not_hear(told: Event) -> None:
    settle(MessageStatus.FAILED)
    Rsvp.objects.filter(full_name="ina").update(answer=RsvpAnswer.NO)
    assert [each.full_name for each in not_reached(told)] == ["ion"]


def test_an_earlier_failure_says_nothing_of_the_next_change(told: Event) -> None:
    settle(MessageStatus.FAILED)
    Campaign.objects.update(status=CampaignStatus.SENT)
    move(told, to="Town hall")
    send(telling()[-1])
    assert tell_guests() == 2
    assert not_reached(told).count() == 0


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("kind", ["rsvp_event_changed", "rsvp_joining_details"])
@pytest.mark.parametrize("status", [MessageStatus.FAILED, MessageStatus.UNCERTAIN])
def test_staff_cannot_send_again_what_a_campaign_may_tell_meanwhile(
    told: Event, status: MessageStatus, kind: str
) -> None:
    settle(status)
    TransactionalMessage.objects.update(kind=kind)
    for message in TransactionalMessage.objects.all():
        with pytest.raises(MessageActionRefused, match="may not be true any more"):
            send_again(message.pk, by="Sam")
        message.refresh_from_db()
        assert message.status == status


@pytest.mark.parametrize(
    ("status", "receive"), [(MessageStatus.FAILED, 1), (MessageStatus.ACCEPTED, 0)]
)
def test_the_next_topics_campaign_tells_whom_the_message_did_not_reach(
    two: tuple[Campaign, Campaign], status: MessageStatus, receive: int
) -> None:
    first, second = two
    assert second.event is not None
    person = Subscriber.objects.get(email="second@example.org")
    leave(person)
    send(first)
    assert tell_guests() == 1
    settle(status)
    Subscription.objects.filter(subscriber=person).update(status="confirmed")
    assert estimate(second).receive == receive
    assert not_reached(second.event).count() == receive
    if receive:
        send(second)
        assert not_reached(second.event).count() == 0
