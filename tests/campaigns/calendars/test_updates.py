"""A change of an event drafts what tells of it to those, and only those, who were told before."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from campaigns.audience.resolve import estimate
from campaigns.content.check_content import ContentError
from campaigns.content.edit import save_audience, save_details
from campaigns.event_states import CalendarMethod, EventStatus
from campaigns.events.schedule import cancel_event, change_event, derive_again
from campaigns.models import Campaign, Delivery, Event
from campaigns.review.approval import CannotApprove, approve
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.settle import settle
from campaigns.sending.freeze import start
from campaigns.sending.launch import CannotLaunch, launch, launch_now
from campaigns.sending.pause_cancel_undo import pause, resume
from campaigns.states import CampaignKind, CampaignStatus, DeliveryStatus
from newsletter.models import InboxMessage
from newsletter.transport.results.result import Outcome, Result
from subscribers.models import Topic
from tests.campaigns.calendars.conftest import finish
from tests.campaigns.calendars.test_sent_calendars import calendar_in, text_of
from tests.campaigns.conftest import MakeFollowers
from tests.conftest import MakeSubscriber
from tests.newsletter.transport.message.test_mime_template import read

pytestmark = pytest.mark.django_db


def drafts(event: Event) -> list[Campaign]:
    return list(Campaign.objects.filter(event=event, status=CampaignStatus.DRAFT).order_by("pk"))


def entry(text: str) -> Any:
    """Return the one entry of a calendar."""
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return event


def move(event: Event) -> None:
    hour = event.local_start.replace(hour=event.local_start.hour + 1)
    change_event(event, local_start=hour, local_end=event.local_end.replace(hour=hour.hour + 1))


def send(campaign: Campaign) -> dict[str, str]:
    """Send a campaign, and return address → calendar, "" for none."""
    InboxMessage.objects.all().delete()
    approve(campaign, by="Sam")
    finish(launch_now(campaign))
    found = {}
    for row in InboxMessage.objects.all():
        message = read(bytes(row.raw))
        found[row.recipient] = text_of(message) if calendar_in(message) else ""
    return found


def test_a_move_drafts_an_update_for_those_who_hold_the_invitation(
    invited: Event, followers: MakeFollowers, topic: object
) -> None:
    before = Campaign.objects.get().calendar_sequence
    missed = Delivery.objects.get(status=DeliveryStatus.FAILED).subscriber
    assert missed is not None

    move(invited)

    (draft,) = drafts(invited)
    assert (draft.kind, draft.audience.rule) == (CampaignKind.UPDATE, "holders")
    assert set(draft.contents.values_list("language", flat=True)) >= {"en", "fr", "ar"}
    assert estimate(draft).receive == 4
    assert not InboxMessage.objects.filter(subject__startswith="Changed").exists()
    found = send(draft)
    assert missed.email not in found
    assert len(found) == 4
    for address, text in found.items():
        event = entry(text)
        assert "METHOD:REQUEST" in text
        assert str(event["uid"]) == str(invited.uid)
        assert event["sequence"] > before
        assert event.decoded("dtstart") == invited.starts_at
        assert str(event["attendee"]) == f"mailto:{address}"


def test_people_whose_organiser_wrote_before_hear_from_the_same(invited: Event) -> None:
    def organisers() -> dict[str, str]:
        return {
            row.recipient: str(entry(text_of(read(bytes(row.raw))))["organizer"])
            for row in InboxMessage.objects.all()
        }

    first = organisers()
    move(invited)
    send(drafts(invited)[0])
    second = organisers()
    assert second
    assert second.items() <= first.items()


def test_a_second_change_before_it_is_sent_makes_no_second_draft(invited: Event) -> None:
    move(invited)
    change_event(invited, venue="Parliament", address="1 Square")

    (draft,) = drafts(invited)
    text = next(iter(send(draft).values()))
    event = entry(text)
    assert "Parliament" in str(event["location"])
    assert event.decoded("dtstart") == invited.starts_at


def test_a_change_after_an_approval_ends_it(invited: Event) -> None:
    move(invited)
    (draft,) = drafts(invited)
    approve(draft, by="Sam")
    change_event(invited, venue="Parliament")
    assert drafts(invited) == [draft]


def move_back(event: Event, **changes: str) -> None:
    hour = event.local_start.replace(hour=event.local_start.hour - 1)
    end = event.local_end.replace(hour=hour.hour + 1)
    change_event(event, local_start=hour, local_end=end, **changes)


def test_moved_back_before_anybody_heard_nothing_is_left_to_tell(invited: Event) -> None:
    move(invited)
    (draft,) = drafts(invited)
    was = EventStatus(invited.status)
    move_back(invited)
    draft.refresh_from_db()
    assert (was, invited.status) == (EventStatus.MOVED, EventStatus.PLANNED)
    assert draft.status == CampaignStatus.CANCELLED
    assert drafts(invited) == []

    move(invited)
    (another,) = drafts(invited)
    assert another.kind == CampaignKind.UPDATE


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("when", ["before", "with the move", "between", "with the move back"])
def test_moved_back_to_another_place_is_still_told(invited: Event, when: str) -> None:
    if when == "before":
        change_event(invited, venue="Parliament")
    hour = invited.local_start.replace(hour=invited.local_start.hour + 1)
    place = {"venue": "Parliament"}
    change_event(
        invited,
        local_start=hour,
        local_end=invited.local_end.replace(hour=hour.hour + 1),
        **(place if when == "with the move" else {}),
    )
    if when == "between":
        change_event(invited, venue="Parliament")
    move_back(invited, **(place if when == "with the move back" else {}))
    assert invited.status == EventStatus.PLANNED
    (draft,) = drafts(invited)
    assert draft.kind == CampaignKind.UPDATE


@pytest.mark.parametrize("text", ["venue", "address"])
def test_a_place_in_one_language_alone_is_another_place(invited: Event, text: str) -> None:
    change_event(invited, texts={"fr": {text: "Le parlement"}})
    (draft,) = drafts(invited)
    assert draft.kind == CampaignKind.UPDATE


def test_another_text_in_one_language_drafts_nothing(invited: Event) -> None:
    change_event(invited, texts={"fr": {"summary": "Une réunion"}})
    assert drafts(invited) == []


def test_what_calendars_dont_show_drafts_nothing(invited: Event) -> None:
    change_event(invited, speakers=[{"name": "Ana Pop"}], capacity=100)
    assert drafts(invited) == []


@pytest.mark.parametrize("paused", [False, True])
def test_a_change_while_the_invitation_leaves_drafts_an_update_that_waits_for_it(
    event: Event, sending: Campaign, paused: bool
) -> None:
    if paused:
        pause(sending.pk)
    move(event)
    (draft,) = drafts(event)
    assert draft.kind == CampaignKind.UPDATE
    with pytest.raises(CannotApprove) as refused:
        approve(draft, by="Sam")
    # The change has paused what was being sent.
    assert "is paused, and tells of the event as it was" in str(refused.value.findings[0].message)

    resume(sending.pk)
    with pytest.raises(CannotApprove, match="still being sent, and tells of the event as it was"):
        approve(draft, by="Sam")
    finish(sending)
    assert len(send(draft)) == 5


def test_an_update_that_is_due_waits_for_what_is_still_being_sent(
    event: Event, sending: Campaign
) -> None:
    finish(sending)
    move(event)
    (draft,) = drafts(event)
    approve(draft, by="Sam")
    launch(draft)
    Campaign.objects.filter(pk=sending.pk).update(status=CampaignStatus.SENDING)

    assert not start(draft.pk, now=timezone.now() + timedelta(hours=1))
    draft.refresh_from_db()
    assert draft.status == CampaignStatus.DRAFT
    assert "still being sent" in draft.pause_reason
    assert not draft.deliveries.exists()


def test_an_update_waits_for_what_is_repeated_under_its_key(
    event: Event, sending: Campaign
) -> None:
    finish(sending)
    in_doubt = Delivery.objects.filter(pk=Delivery.objects.earliest("pk").pk)
    soon = timezone.now() + timedelta(minutes=5)
    in_doubt.update(status=DeliveryStatus.UNCERTAIN, same_key_until=soon, retry_at=soon)
    move(event)
    (draft,) = drafts(event)
    with pytest.raises(CannotApprove) as refused:
        approve(draft, by="Sam")
    assert "still being sent" in str(refused.value.findings[0].message)

    in_doubt.update(retry_at=None)
    assert len(send(draft)) == 5


def test_updates_of_one_change_to_two_topics_dont_wait_for_each_other(
    event: Event, sending: Campaign, other_topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    finish(sending)
    reader = make_subscriber("reader@example.org", topic=other_topic)
    also = Campaign.objects.create(
        name="To others",
        topic=other_topic,
        event=event,
        status=CampaignStatus.SENT,
        calendar_method=CalendarMethod.PUBLISH,
    )
    Delivery.objects.create(
        campaign=also, subscriber=reader, language="en", status=DeliveryStatus.ACCEPTED
    )
    move(event)
    first, second = drafts(event)
    for campaign in (first, second):
        approve(campaign, by="Sam")
        launch_now(campaign)
    assert second.deliveries.count() == 1


def test_what_was_stopped_told_some(invited: Event) -> None:
    Campaign.objects.update(status=CampaignStatus.CANCELLED)
    cancel_event(invited)
    (draft,) = drafts(invited)
    found = send(draft)
    assert len(found) == 4
    assert all("METHOD:CANCEL" in text for text in found.values())


def test_where_nobody_was_invited_nothing_is_drafted(inviting: Event) -> None:
    move(inviting)
    cancel_event(inviting)
    assert drafts(inviting) == []


def test_a_cancellation_goes_to_holders_and_takes_the_event_out(invited: Event) -> None:
    move(invited)
    (update,) = drafts(invited)
    cancel_event(invited)

    update.refresh_from_db()
    assert update.status == CampaignStatus.CANCELLED
    (draft,) = drafts(invited)
    assert draft.kind == CampaignKind.CANCELLATION
    found = send(draft)
    assert len(found) == 4
    for address, text in found.items():
        assert "METHOD:CANCEL\r\n" in text
        assert "STATUS:CANCELLED\r\n" in text
        event = entry(text)
        assert str(event["attendee"]) == f"mailto:{address}"
        assert event["sequence"] == Event.objects.get().sequence
    body = read(bytes(InboxMessage.objects.earliest("pk").raw)).get_body(("plain",))
    assert body is not None
    assert "/rsvp/" not in body.get_content()


def test_a_cancellation_never_overtakes_an_update(invited: Event) -> None:
    move(invited)
    (update,) = drafts(invited)
    approve(update, by="Sam")
    launch_now(update)
    begun = claim(update.pk, size=1)
    cancel_event(invited)
    update.refresh_from_db()
    assert update.status == CampaignStatus.CANCELLED
    (cancellation,) = drafts(invited)

    with pytest.raises(CannotApprove) as refused:
        approve(cancellation, by="Sam")
    assert "still being sent" in str(refused.value.findings[0].message)

    settle(begun, {each.pk: Result(Outcome.ACCEPTED) for each in begun.deliveries})
    approve(cancellation, by="Sam")
    launch_now(cancellation)


def test_an_update_that_was_approved_waits_for_an_older_one(invited: Event) -> None:
    move(invited)
    (first,) = drafts(invited)
    approve(first, by="Sam")
    launch_now(first)
    change_event(invited, venue="Parliament")
    (second,) = drafts(invited)
    Campaign.objects.filter(pk=first.pk).update(status=CampaignStatus.SENT)
    approve(second, by="Sam")
    Campaign.objects.filter(pk=first.pk).update(status=CampaignStatus.PAUSED)
    with pytest.raises(CannotLaunch):
        launch_now(second)


def test_in_file_mode_the_change_is_told_in_words(event: Event, sending: Campaign) -> None:
    finish(sending)
    move(event)
    (draft,) = drafts(event)
    html = str(draft.contents.get(language="en").blocks)
    assert "please change the event there" in html
    assert all("METHOD:PUBLISH" in text for text in send(draft).values())
    cancel_event(event)
    (cancellation,) = drafts(event)
    assert set(send(cancellation).values()) == {""}


def test_clocks_that_change_draft_the_same_update(invited: Event) -> None:
    Event.objects.filter(pk=invited.pk).update(
        starts_at=invited.starts_at.replace(minute=30), ends_at=invited.ends_at.replace(minute=59)
    )
    invited.refresh_from_db()
    assert derive_again(invited)
    (draft,) = drafts(invited)
    assert draft.kind == CampaignKind.UPDATE


def test_whom_it_reaches_and_what_it_is_about_stay_as_they_are(
    invited: Event, other_topic: object
) -> None:
    move(invited)
    (draft,) = drafts(invited)
    with pytest.raises(ContentError):
        save_audience(draft, countries=["NZ"], languages=[])
    with pytest.raises(ContentError):
        save_details(draft, topic=other_topic)
    with pytest.raises(ContentError):
        save_details(draft, event=None)


def test_staff_are_told_of_the_draft_and_see_whom_it_reaches(sams: Client, invited: Event) -> None:
    page = sams.post(
        reverse("admin:studio_event_cancel", args=[invited.pk]), follow=True
    ).content.decode()
    assert "Cancellation: Quarterly meeting" in page
    assert "nobody is told before it is sent" in page
    (draft,) = drafts(invited)
    shown = sams.get(reverse("admin:studio_audience", args=[draft.pk])).content.decode()
    assert "<strong>4</strong> people would receive this email" in shown
    assert "to everybody who was told what was before, or has answered" in shown
    assert "haven’t got the event for their calendar" in shown
