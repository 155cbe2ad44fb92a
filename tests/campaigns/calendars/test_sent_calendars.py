"""The calendar parts of a campaign, read from the bytes that leave by two independent parsers."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import vobject
from django.utils import timezone
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from campaigns.calendars.reply_address import invitee_of
from campaigns.event_states import CalendarMode, RsvpAnswer, Seat
from campaigns.events.schedule import change_event
from campaigns.models import Campaign, CampaignContent, Event, Rsvp
from campaigns.review.approval import approve
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.emails import CampaignEmails
from campaigns.sending.launch import launch_now
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus
from newsletter.models import Brand, InboxMessage
from newsletter.transport.bulk import senders
from subscribers.models import Subscriber
from tests.campaigns.calendars.test_self_test import use_mailer
from tests.campaigns.conftest import MakeFollowers
from tests.discretion import NEUTRAL
from tests.fakes import smtp_sink
from tests.fakes.smtp_sink import SmtpSink

pytestmark = pytest.mark.django_db
_TOKEN = re.compile(r"[A-Za-z0-9_-]{28}")


def sent(draft: Campaign) -> list[EmailMessage]:
    """Send a campaign, and read its messages."""
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    while send_batch(campaign.pk).more:
        pass
    parsed = [
        message_from_bytes(bytes(row.raw), policy=policy.default)
        for row in InboxMessage.objects.order_by("pk")
    ]
    return [message for message in parsed if isinstance(message, EmailMessage)]


def calendar_in(message: EmailMessage) -> EmailMessage | None:
    parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert len(parts) <= 1
    return parts[0] if parts and isinstance(parts[0], EmailMessage) else None


def text_of(message: EmailMessage) -> str:
    part = calendar_in(message)
    assert part is not None
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.count(b"\n") == payload.count(b"\r\n")
    assert max(map(len, payload.split(b"\r\n"))) <= 75
    return payload.decode()


@pytest.fixture
def sink(settings: Settings) -> Iterator[SmtpSink]:
    with smtp_sink.running(SmtpSink()) as running:
        use_mailer(settings, f"smtp+plain://127.0.0.1:{running.port}")
        yield running
        senders.close_all()


def test_fifty_invitations_name_one_attendee_each_and_hold_no_link(
    draft: Campaign, inviting: Event, followers: MakeFollowers
) -> None:
    people = answered(inviting, followers(50))
    check(sent(draft), people, inviting)


def test_fifty_invitations_by_smtp_are_the_same(
    sink: SmtpSink, draft: Campaign, inviting: Event, followers: MakeFollowers
) -> None:
    people = answered(inviting, followers(50))
    sent(draft)
    check([each.message for each in sink.received], people, inviting)


def answered(inviting: Event, people: list[Subscriber]) -> dict[str, Subscriber]:
    """Have one of the people accepted, and return all by address."""
    Rsvp.objects.create(
        event=inviting, subscriber=people[7], answer=RsvpAnswer.YES, attends="online"
    )
    return {person.email: person for person in people}


def check(messages: list[EmailMessage], people: dict[str, Subscriber], inviting: Event) -> None:
    """Check that each has an invitation of their own, by two parsers."""
    yes = Rsvp.objects.get().subscriber
    assert yes is not None
    assert len(messages) == len(people)
    uids, organisers = set(), set()
    for message in messages:
        to = str(message["To"].addresses[0].addr_spec)
        part, text = calendar_in(message), text_of(message)
        assert part is not None
        assert part.get_content_disposition() is None
        assert part.get_param("method") == "REQUEST"
        plain = text.replace("\r\n ", "")
        # Nobody else's address, no link with a token, and no way in.
        found = {address.lower() for address in re.findall(r"mailto:(\S+)", plain)}
        assert len(found) == 2
        assert to in found
        assert not any(other in plain for other in people if other != to)
        assert "meet.example.org" not in plain
        (event,) = Calendar.from_ical(text).walk("VEVENT")
        calendar = vobject.readOne(text)
        (other,) = calendar.vevent_list
        assert calendar.method.value == "REQUEST"
        assert "rrule" not in other.contents
        (attendee,) = other.attendee_list
        assert attendee.value == str(event["attendee"]) == f"mailto:{to}"
        wanted = "ACCEPTED" if to == yes.email else "NEEDS-ACTION"
        assert event["attendee"].params["PARTSTAT"] == attendee.partstat_param == wanted
        assert event["attendee"].params["RSVP"] == attendee.rsvp_param == "TRUE"
        assert event["organizer"].params["CN"] == other.organizer.cn_param
        assert (event["sequence"], other.sequence.value) == (
            inviting.sequence,
            str(inviting.sequence),
        )
        assert event.decoded("dtstart") == other.dtstart.value == inviting.starts_at
        own = str(event["organizer"])
        assert not _TOKEN.search(plain.replace(str(inviting.uid), "").replace(own, ""))
        invitee = invitee_of(str(event["organizer"]))
        assert invitee is not None
        assert (invitee.event_id, invitee.subscriber_id) == (inviting.pk, people[to].pk)
        uids.add(str(event["uid"]))
        organisers.add(str(event["organizer"]))
    assert uids == {str(inviting.uid)}
    assert len(organisers) == len(people)


def test_a_file_is_the_same_for_all_and_names_nobody(
    draft: Campaign, followers: MakeFollowers
) -> None:
    followers(3)

    messages = sent(draft)

    texts = {text_of(message) for message in messages}
    assert len(texts) == 1
    assert "ATTENDEE" not in texts.pop()
    for message in messages:
        part = calendar_in(message)
        assert part is not None
        assert (part.get_filename(), part.get_param("method")) == ("event.ics", "PUBLISH")
    campaign = Campaign.objects.get(pk=draft.pk)
    assert (campaign.calendar_method, campaign.calendar_sequence) == ("publish", 0)


def test_a_campaign_that_announces_nothing_carries_no_calendar(
    draft: Campaign, inviting: Event, followers: MakeFollowers
) -> None:
    followers(1)
    Campaign.objects.update(carries_calendar=False)

    (message,) = sent(draft)

    assert calendar_in(message) is None
    assert CampaignContent.objects.get().rendered_calendar == ""


@pytest.mark.parametrize(
    ("seat", "status"),
    [
        (Seat.NONE, "ACCEPTED"),
        (Seat.TAKEN, "ACCEPTED"),
        (Seat.WAITING, "TENTATIVE"),
        (Seat.OFFERED, "TENTATIVE"),
        (Seat.LAPSED, "TENTATIVE"),
    ],
)
def test_a_yes_without_a_place_is_tentative(
    draft: Campaign, inviting: Event, followers: MakeFollowers, seat: Seat, status: str
) -> None:
    (person,) = followers(1)
    now = timezone.now()
    Rsvp.objects.create(
        event=inviting,
        subscriber=person,
        answer=RsvpAnswer.YES,
        seat=seat,
        waiting_since=now,
        offered_until=now,
    )

    (message,) = sent(draft)

    (event,) = Calendar.from_ical(text_of(message)).walk("VEVENT")
    assert event["attendee"].params["PARTSTAT"] == status


@pytest.mark.parametrize(
    ("invites", "carries", "is_linked"),
    [(True, True, False), (True, False, False), (False, True, True), (False, False, True)],
)
def test_an_email_links_the_file_only_where_nobody_holds_an_invitation(
    draft: Campaign,
    inviting: Event,
    followers: MakeFollowers,
    invites: bool,
    carries: bool,
    is_linked: bool,
) -> None:
    followers(1)
    if not invites:
        change_event(inviting, calendar_mode=CalendarMode.FILE)
    CampaignContent.objects.update(blocks=[{"type": "event_card"}])
    Campaign.objects.update(carries_calendar=carries)

    (message,) = sent(draft)

    html = message.get_body(("html",))
    assert html is not None
    assert (f"{inviting.slug}.ics" in html.get_content()) is is_linked


@pytest.mark.parametrize(
    "name", ['Ada "the first" Lovelace', "Lovelace; Ada, MP: chair", "Лада Ґудзь", "ليلى حداد"]
)
def test_names_are_read_as_they_are(
    draft: Campaign, inviting: Event, followers: MakeFollowers, name: str
) -> None:
    followers(1)
    Subscriber.objects.update(full_name=name)

    (message,) = sent(draft)

    text = text_of(message)
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    wanted = name.replace('"', "’")
    assert event["attendee"].params["CN"] == wanted
    assert vobject.readOne(text).vevent.attendee.cn_param == wanted


def test_a_line_break_in_a_name_adds_no_line(
    draft: Campaign, inviting: Event, followers: MakeFollowers
) -> None:
    followers(1)
    Subscriber.objects.update(full_name="Ada\r\nATTENDEE:mailto:eve@evil.example")

    (message,) = sent(draft)

    (event,) = Calendar.from_ical(text_of(message)).walk("VEVENT")
    assert str(event["attendee"]).startswith("mailto:reader0@")


def test_a_neutral_title_tells_nothing_but_the_time(
    draft: Campaign, inviting: Event, followers: MakeFollowers, brand: Brand
) -> None:
    followers(1)
    change_event(inviting, calendar_title="Appointment", venue="Parliament")

    (message,) = sent(draft)

    text = text_of(message).replace("\r\n ", "")
    assert "SUMMARY:Appointment\r\n" in text
    for told in ("Quarterly", "Parliament", brand.name, "DESCRIPTION", "URL", "LOCATION"):
        assert told not in text


def test_people_in_discreet_mode_get_no_calendar_part(
    draft: Campaign, inviting: Event, followers: MakeFollowers, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "localhost", NEUTRAL["neutral_domain"]]
    Brand.objects.update(**NEUTRAL)
    followers(2)
    hidden = Subscriber.objects.earliest("pk")
    Subscriber.objects.filter(pk=hidden.pk).update(discreet_since=timezone.now())

    found = {str(each["To"].addresses[0].addr_spec): calendar_in(each) for each in sent(draft)}

    assert found.pop(hidden.email) is None
    assert all(part is not None for part in found.values())


def test_where_invitations_cannot_go_out_the_event_goes_as_a_file(
    draft: Campaign, inviting: Event, followers: MakeFollowers, settings: Settings
) -> None:
    followers(1)
    settings.REPLY_MAILBOX = None

    (message,) = sent(draft)

    part = calendar_in(message)
    assert part is not None
    assert part.get_param("method") == "PUBLISH"


def test_a_campaign_of_invitations_stops_where_its_mailer_was_never_seen_to_carry_them(
    draft: Campaign, inviting: Event, followers: MakeFollowers, settings: Settings
) -> None:
    followers(1)
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    settings.REPLY_MAILBOX = None

    send_batch(campaign.pk)

    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.PAUSED
    assert "REPLY_MAILBOX_URL" in campaign.pause_reason
    assert not InboxMessage.objects.exists()


def test_invitations_cost_one_query_for_all_recipients_of_a_claim(
    draft: Campaign,
    inviting: Event,
    followers: MakeFollowers,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    followers(5)
    approve(draft, by="Sam")
    claimed = claim(launch_now(draft).pk, size=5)
    emails = CampaignEmails(draft.pk)
    assert emails.brand
    assert emails.templates

    with django_assert_num_queries(1):
        recipients, _ = emails.recipients(claimed)
    assert all(each.calendar_lines for each in recipients)
