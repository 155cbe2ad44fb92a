"""The page of a person says what was sent to them, what became of it, and what they answered."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.admin.person_history import EMAILS_SHOWN, PART
from campaigns.models import Campaign, Delivery, Event, Rsvp
from campaigns.states import DeliveryStatus
from staff.roles import AUDITOR, LIST_MANAGER
from subscribers.models import Subscriber, Topic
from subscribers.need_to_know.grants import grant
from tests.staff_members import browser_of, staff_member


@pytest.fixture
def lia(db: None) -> Client:
    return browser_of(staff_member("lia", LIST_MANAGER))


def page(client: Client, person: Subscriber, **query: str) -> str:
    answer = client.get(f"/staff/subscribers/subscriber/{person.pk}/change/", query)
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2]


def deliver(campaign: Campaign, person: Subscriber, **facts: object) -> Delivery:
    facts = {"status": DeliveryStatus.DELIVERED, **facts}
    return Delivery.objects.create(campaign=campaign, subscriber=person, language="en", **facts)


def test_whoever_got_nothing_and_answered_nothing_reads_so(lia: Client, ada: Subscriber) -> None:
    shown = page(lia, ada)
    assert "No campaign was sent to this person yet." in shown
    assert "has answered no invitation" in shown


def test_campaigns_are_shown_with_what_became_of_them(
    lia: Client, ada: Subscriber, ben: Subscriber, draft: Campaign
) -> None:
    now = timezone.now()
    deliver(draft, ada, status=DeliveryStatus.BOUNCED, bounced_at=now, reason="550 no such user")
    shown = page(lia, ada)
    assert draft.name in shown
    assert "Bounced" in shown
    assert "550 no such user" in shown
    assert "No campaign was sent" in page(lia, ben)


def test_older_campaigns_are_a_click_away(lia: Client, ada: Subscriber, topic: Topic) -> None:
    now = timezone.now()
    made = [
        Campaign.objects.create(
            name=f"Number {number:02}.", topic=topic, launched_at=now + timedelta(hours=number)
        )
        for number in range(EMAILS_SHOWN + 2)
    ]
    for campaign in made:
        deliver(campaign, ada)
    shown = page(lia, ada)
    assert f"Number {EMAILS_SHOWN + 1:02}." in shown
    assert "Number 01." not in shown
    assert f"?{PART}=2#emails" in shown
    older = page(lia, ada, **{PART: "2"})
    assert "Number 01." in older
    assert "Number 02." not in older
    for odd in ("x", "-1", "0", ""):
        assert f"Number {EMAILS_SHOWN + 1:02}." in page(lia, ada, **{PART: odd})
    assert "There are no earlier campaigns." in page(lia, ada, **{PART: str(10**17)})


def test_answers_are_shown_those_as_a_guest_too(lia: Client, ada: Subscriber, event: Event) -> None:
    Rsvp.objects.create(
        event=event, email=ada.email, digest=ada.digest, answer="yes", answered_at=timezone.now()
    )
    shown = page(lia, ada)
    assert event.title in shown
    assert "Yes" in shown


def test_campaigns_and_events_of_a_hidden_topic_are_shown_to_those_who_are_granted_it(
    ada: Subscriber, event: Event, draft: Campaign
) -> None:
    hidden = Topic.objects.create(
        slug="inner", name="Inner circle", is_public=False, is_restricted=True
    )
    secret = Campaign.objects.create(name="Wolperting", topic=hidden)
    deliver(draft, ada)
    deliver(secret, ada)
    Event.objects.filter(pk=event.pk).update(topic=hidden, title="Hare talks", is_public=False)
    Campaign.objects.filter(pk=draft.pk).update(event=None, name="Minutes")
    Rsvp.objects.create(event=event, subscriber=ada, answer="yes", answered_at=timezone.now())
    account = staff_member("lia", LIST_MANAGER)
    shown = page(browser_of(account), ada)
    assert "Minutes" in shown
    assert "Wolperting" not in shown
    assert "Hare talks" not in shown
    grant(hidden, account, until=timezone.now() + timedelta(days=9), by="max")
    shown = page(browser_of(account), ada)
    assert "Wolperting" in shown
    assert "Hare talks" in shown


def test_no_address_of_somebody_discreet_is_in_a_reason(ada: Subscriber, draft: Campaign) -> None:
    Subscriber.objects.filter(pk=ada.pk).update(discreet_since=timezone.now())
    deliver(draft, ada, status=DeliveryStatus.FAILED, reason=f"550 <{ada.email}> unknown")
    shown = page(browser_of(staff_member("rae", AUDITOR)), ada)
    assert ada.email not in shown
    assert "550" in shown
