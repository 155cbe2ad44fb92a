"""What tells of an event as it was before a change is paused while somebody waits for it."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.content.later_version import write_later_version
from campaigns.events.schedule import change_event
from campaigns.models import Audience, Campaign, CampaignContent, Delivery, Event, Review
from campaigns.review.approval import approve
from campaigns.sending.canary import pause_after_canaries
from campaigns.sending.claims.claim import claim
from campaigns.sending.launch import Canary, launch_now
from campaigns.sending.pause_cancel_undo import pause, resume
from campaigns.sending.pause_for_event import SINCE
from campaigns.sending.send import send_batch
from campaigns.states import AudienceRule, CampaignKind, CampaignStatus, DeliveryStatus
from newsletter.models import InboxMessage, TransactionalMessage
from staff.roles import PUBLISHER
from tests.campaigns.conftest import MakeFollowers
from tests.staff_members import staff_member

pytestmark = pytest.mark.django_db
LINK = "https://meet.example.org/another"


def status_of(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.status


def move(event: Event, days: int = 1) -> None:
    """Move an event by some days."""
    fresh = Event.objects.get(pk=event.pk)
    change_event(
        fresh,
        local_start=fresh.local_start + timedelta(days=days),
        local_end=fresh.local_end + timedelta(days=days),
    )


def test_another_time_pauses_what_is_being_sent_and_publishers_are_told(
    event: Event, sending: Campaign
) -> None:
    staff_member("pia", PUBLISHER)

    move(event)

    assert status_of(sending) == CampaignStatus.PAUSED
    assert sending.pause_reason.startswith(
        "Paused automatically: the event’s time or place was changed since this was approved"
    )
    assert claim(sending.pk, size=9).found_nothing
    [message] = TransactionalMessage.objects.filter(kind="staff_sending_paused")
    assert "emails that still wait say what was before" in " ".join(message.text.split())


def test_a_new_version_for_the_rest_says_what_is_so_now(event: Event, sending: Campaign) -> None:
    before = claim(sending.pk, size=2)
    change_event(event, venue="Another hall")
    later = write_later_version(sending)
    approve(later, by="Sam")
    launch_now(later)

    send_batch(later.pk)

    bodies = [bytes(each.raw).decode() for each in InboxMessage.objects.all()]
    assert len(bodies) == 5 - len(before.deliveries)
    assert all("Another hall" in body for body in bodies)


def test_a_person_who_resumes_it_is_obeyed_until_the_next_change(
    event: Event, sending: Campaign
) -> None:
    move(event)
    assert resume(sending.pk)
    change_event(Event.objects.get(), capacity=40)
    assert status_of(sending) == CampaignStatus.SENDING

    move(event)
    assert status_of(sending) == CampaignStatus.PAUSED


def test_a_canary_that_would_go_on_by_itself_waits_for_a_person_at_once(
    event: Event, draft: Campaign, followers: MakeFollowers
) -> None:
    followers(5)
    approve(draft, by="Sam")
    launched = launch_now(draft, canary=Canary(size=2, minutes=10))
    send_batch(launched.pk)
    assert pause_after_canaries() == 1

    move(event)

    assert status_of(launched) == CampaignStatus.PAUSED
    assert not launched.goes_on_by_itself
    assert "time or place was changed" in launched.pause_reason


@pytest.mark.parametrize(
    "changes",
    [{"capacity": 40}, {"summary": "An hour and a half."}, {"contact_name": "Ada"}],
    ids=["capacity", "summary", "contact"],
)
def test_what_nobody_need_hear_of_pauses_nothing(
    changes: dict[str, Any], event: Event, sending: Campaign
) -> None:
    change_event(event, **changes)
    assert status_of(sending) == CampaignStatus.SENDING


def test_another_meeting_link_pauses_what_says_it_and_nothing_else(
    event: Event, sending: Campaign
) -> None:
    assert CampaignContent.objects.filter(rendered_text__contains=event.join_url).exists()
    change_event(event, join_url=LINK)
    assert status_of(sending) == CampaignStatus.PAUSED
    assert "the way to join the event was changed" in sending.pause_reason

    assert resume(sending.pk)
    CampaignContent.objects.update(rendered_text="Please answer.")
    change_event(Event.objects.get(), join_url=event.join_url + "/2")
    assert status_of(sending) == CampaignStatus.SENDING


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        (CampaignKind.CANCELLATION, AudienceRule.HOLDERS),
        (CampaignKind.ANNOUNCEMENT, AudienceRule.CAME),
    ],
)
def test_follow_ups_and_what_tells_of_a_cancellation_go_on(
    kind: str, rule: str, event: Event, sending: Campaign
) -> None:
    Campaign.objects.update(kind=kind)
    Audience.objects.update(rule=rule)
    move(event)
    assert status_of(sending) == CampaignStatus.SENDING


def test_where_nobody_waits_there_is_nobody_to_ask_for(event: Event, sending: Campaign) -> None:
    claim(sending.pk, size=9)
    move(event)
    assert status_of(sending) == CampaignStatus.SENDING


def test_an_event_that_is_moved_back_is_as_it_was_approved(event: Event, sending: Campaign) -> None:
    move(event)
    assert resume(sending.pk)
    Delivery.objects.filter(pk__in=Delivery.objects.values("pk")[:1]).update(
        status=DeliveryStatus.ACCEPTED
    )
    move(event, days=-1)
    assert status_of(sending) == CampaignStatus.SENDING


def test_where_nobody_knows_what_was_approved_it_is_paused(event: Event, sending: Campaign) -> None:
    Review.objects.update(facts={})
    change_event(event, venue="Another hall")
    assert status_of(sending) == CampaignStatus.PAUSED


def test_what_is_paused_for_another_reason_says_so_too_once(
    event: Event, sending: Campaign
) -> None:
    staff_member("pia", PUBLISHER)
    pause(sending.pk, reason="3 of 100 recipients reported this email as spam.")
    move(event)
    move(event)
    assert status_of(sending) == CampaignStatus.PAUSED
    assert sending.pause_reason == f"3 of 100 recipients reported this email as spam. {SINCE}"
    assert not TransactionalMessage.objects.filter(kind="staff_sending_paused").exists()


def test_a_long_reason_stays(event: Event, sending: Campaign) -> None:
    pause(sending.pk, reason="x" * 290)
    move(event)
    assert status_of(sending) == CampaignStatus.PAUSED
    assert sending.pause_reason == "x" * 290
