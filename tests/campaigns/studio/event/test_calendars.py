"""The calendar section of an event's page, and the page about invitations."""

from datetime import timedelta
from email import message_from_bytes
from email.message import Message

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.calendars.self_test import note_result
from campaigns.event_states import CalendarMailKind, CalendarMode
from campaigns.events.schedule import change_event
from campaigns.models import CalendarMail, CalendarTest, Event
from newsletter.models import Brand, InboxMessage
from newsletter.transport.config.mailbox_url import parse_reply_mailbox_url
from subscribers.models import Subscriber, Topic
from subscribers.need_to_know.grants import grant
from tests.conftest import MakeSubscriber

PAGE = "/staff/campaigns/event/calendars/"


@pytest.fixture
def reply_mailbox(settings: Settings) -> None:
    settings.REPLY_MAILBOX = parse_reply_mailbox_url(
        "imaps://replies:secret@mail.example.org/INBOX?address=replies@lists.example.org"
    )


def overview(event: Event) -> str:
    return reverse("admin:studio_event", args=[event.pk])


def proposal(event: Event | None, subscriber: Subscriber | None, **changes: object) -> CalendarMail:
    values = {
        "event": event,
        "subscriber": subscriber,
        "kind": CalendarMailKind.COUNTER,
        "text": "An hour later, please",
        "proposed_start": event.starts_at + timedelta(hours=1) if event else None,
        "fingerprint": "x",
        "received_at": timezone.now(),
    }
    return CalendarMail.objects.create(**{**values, **changes})


def test_a_proposed_time_stands_on_the_events_page_until_somebody_has_seen_to_it(
    sams: Client, event: Event, make_subscriber: MakeSubscriber, topic: Topic
) -> None:
    mail = proposal(event, make_subscriber("ada@example.org", topic=topic))

    html = sams.get(overview(event)).content.decode()
    assert "ada@example.org" in html
    assert "An hour later, please" in html
    assert "13:00 Bucharest time" in html

    sams.post(reverse("admin:studio_end_calendar_mail", args=[mail.pk]))
    assert not CalendarMail.objects.exists()


def test_people_are_masked_for_who_may_not_see_them(
    lees: Client, event: Event, make_subscriber: MakeSubscriber, topic: Topic
) -> None:
    mail = proposal(event, make_subscriber("ada@example.org", topic=topic))
    html = lees.get(overview(event)).content.decode()
    assert "ada@example.org" not in html
    assert "An hour later" not in html
    assert lees.post(reverse("admin:studio_end_calendar_mail", args=[mail.pk])).status_code == 403


def test_a_mail_of_a_hidden_event_is_nobodys_to_remove(
    sams: Client, event: Event, make_subscriber: MakeSubscriber
) -> None:
    hidden = Topic.objects.create(slug="inner", name="Inner", is_public=False, is_restricted=True)
    Event.objects.update(topic=hidden)
    mail = proposal(event, None)
    address = reverse("admin:studio_end_calendar_mail", args=[mail.pk])
    assert sams.post(address).status_code == 404
    assert CalendarMail.objects.exists()


@pytest.mark.parametrize("place", ["event", "nowhere", "event of nobody invited"])
def test_a_mail_of_somebody_hidden_is_seen_and_removed_by_whoever_may_know_them(
    sams: Client, event: Event, brand: Brand, make_subscriber: MakeSubscriber, place: str
) -> None:
    hidden = Topic.objects.create(slug="inner", name="Inner", is_public=False, is_restricted=True)
    greta = make_subscriber("greta@secret.example", topic=hidden)
    mail = proposal(
        None if place == "nowhere" else event,
        greta if place == "event" else None,
        sender="" if place == "event" else greta.email,
        sender_digest="" if place == "event" else greta.digest,
    )
    end = reverse("admin:studio_end_calendar_mail", args=[mail.pk])
    page = PAGE if place == "nowhere" else overview(event)

    assert "greta" not in sams.get(page).content.decode()
    assert sams.post(end).status_code == 404
    assert CalendarMail.objects.exists()

    account = User.objects.get(username="sam")
    grant(hidden, account, until=timezone.now() + timedelta(days=9), by="Ria")
    assert "greta@secret.example" in sams.get(page).content.decode()
    assert sams.post(end).status_code == 302
    assert not CalendarMail.objects.exists()


def test_mail_that_leads_nowhere_stands_on_the_page_of_invitations(
    sams: Client, brand: Brand
) -> None:
    proposal(None, None, kind=CalendarMailKind.STRANGER, text="Hello <b>", sender="eve@x.example")
    html = sams.get(PAGE).content.decode()
    assert "Hello &lt;b&gt;" in html
    assert "REPLY_MAILBOX_URL isn’t set" in html
    assert "Send test" not in html


def test_staff_send_the_test_and_see_its_result(
    sams: Client, brand: Brand, reply_mailbox: None, settings: Settings
) -> None:
    assert "Not tested" in sams.get(PAGE).content.decode()
    sams.post(reverse("admin:studio_test_calendars"))
    assert "hasn’t come back yet" in sams.get(PAGE).content.decode()
    assert InboxMessage.objects.count() == 1
    test = CalendarTest.objects.get()
    note_result(test.pk, _sent(), now=timezone.now())
    assert "Invitations arrive whole" in sams.get(PAGE).content.decode()
    sams.post(reverse("admin:studio_test_calendars"))
    html = sams.get(PAGE).content.decode()
    assert "Invitations arrive whole" in html
    assert "A new test was sent on" in html


def test_invitations_can_be_chosen_only_where_they_can_go_out(
    sams: Client, event: Event, brand: Brand
) -> None:
    address = reverse("admin:studio_event_details", args=[event.pk])
    typed = {
        "title": event.title,
        "kind": event.kind,
        "local_start": f"{event.local_start:%Y-%m-%dT%H:%M}",
        "local_end": f"{event.local_end:%Y-%m-%dT%H:%M}",
        "time_zone": event.time_zone,
        "attendance": "online",
        "calendar_mode": "invitation",
    }
    html = sams.post(address, typed).content.decode()
    assert "REPLY_MAILBOX_URL isn’t set" in html
    event.refresh_from_db()
    assert event.calendar_mode == CalendarMode.FILE


def test_where_invitations_stopped_the_events_page_says_why(
    sams: Client, event: Event, brand: Brand
) -> None:
    change_event(event, calendar_mode=CalendarMode.INVITATION)
    html = sams.get(overview(event)).content.decode()
    assert "goes out as a calendar file for now" in html


def _sent() -> Message:
    return message_from_bytes(bytes(InboxMessage.objects.get().raw))
