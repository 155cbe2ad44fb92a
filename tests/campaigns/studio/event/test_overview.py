from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.events.schedule import change_event
from campaigns.models import Campaign, Event
from campaigns.sending.pause_cancel_undo import pause
from newsletter.models import Brand
from staff.roles import AUTHOR
from subscribers.models import Topic
from tests.as_read import as_read
from tests.staff_members import browser_of, staff_member


def overview(event: Event) -> str:
    return reverse("admin:studio_event", args=[event.pk])


@pytest.fixture
def restricted(db: None) -> Topic:
    return Topic.objects.create(
        slug="inner-circle", name="Inner circle", is_public=False, is_restricted=True
    )


def another(event: Event, slug: str, *, days: int) -> Event:
    """A copy of an event, some days later."""
    later = timedelta(days=days)
    copy = Event.objects.get(pk=event.pk)
    copy.pk, copy.uid, copy.slug, copy.title = None, uuid4(), slug, slug.title()
    copy.starts_at, copy.ends_at = event.starts_at + later, event.ends_at + later
    copy.local_start, copy.local_end = event.local_start + later, event.local_end + later
    copy.save(force_insert=True)
    return copy


def test_the_page_says_when_where_and_in_which_languages(sams: Client, event: Event) -> None:
    change_event(event, interpretation=["fr"], texts={"uk": {"title": "Квартальна зустріч"}})
    html = sams.get(overview(event)).content.decode()
    assert "12:00–13:30 Bucharest time" in as_read(html)
    assert f"{event.starts_at:%H:%M}" in html
    assert "Europe/Bucharest" in html
    assert "https://meet.example.org/quarterly" in html
    assert "English, Ukrainian" in html
    assert "<dd>French</dd>" in html
    assert '<a href="/staff/campaigns/event/">Events</a>' in html


def test_the_list_and_the_dashboard_lead_to_the_page(
    sams: Client, event: Event, brand: Brand
) -> None:
    for path in ("/staff/campaigns/event/", "/staff/"):
        assert f'href="{overview(event)}"' in sams.get(path).content.decode()


def test_the_page_says_what_is_missing_and_leads_there(sams: Client, event: Event) -> None:
    change_event(event, join_url="", texts={"uk": {"title": "Квартальна зустріч"}}, summary="New")
    found = [line.missing.text for line in sams.get(overview(event)).context["missing"]]
    assert found[0] == "There is no meeting link."
    assert "There is no summary." not in found
    assert "Ukrainian has no summary." in found
    assert "There is no text in French, Spanish, Romanian or Arabic." in found
    uk = {"title": "Зустріч", "summary": "Нове"}
    change_event(event, contact_name="The secretariat", dial_in="+40 21 000", texts={"uk": uk})
    found = [line.missing.text for line in sams.get(overview(event)).context["missing"]]
    assert not any(text.startswith("Ukrainian has no contact") for text in found)
    assert not any("dial-in" in text for text in found)
    now = timezone.now()
    Event.objects.filter(pk=event.pk).update(starts_at=now - timedelta(hours=2), ends_at=now)
    assert sams.get(overview(event)).context["missing"] == []


def test_who_may_not_change_an_event_is_offered_nothing(lees: Client, event: Event) -> None:
    html = lees.get(overview(event)).content.decode()
    assert "There is no summary." in html
    assert "Edit details" not in html
    assert "<form" not in html.partition("<main")[2]


def test_campaigns_about_the_event_stand_on_its_page(sams: Client, draft: Campaign) -> None:
    assert draft.event is not None
    other = Campaign.objects.create(name="About another", topic=draft.topic)
    html = sams.get(overview(draft.event)).content.decode()
    assert reverse("admin:campaigns_campaign_change", args=[draft.pk]) in html
    assert other.name not in html


def test_a_hidden_event_is_no_neighbour_and_its_page_is_not_there(
    sams: Client, event: Event, restricted: Topic
) -> None:
    first, hidden, last = (
        another(event, slug, days=days)
        for days, slug in ((-7, "before"), (1, "inner-visit"), (7, "after"))
    )
    change_event(hidden, topic=restricted)
    amys = browser_of(staff_member("amy", AUTHOR))
    page = amys.get(overview(event))
    assert (page.context["before"], page.context["after"]) == (first, last)
    assert amys.get(overview(hidden)).status_code == 404
    page = amys.get(overview(first))
    assert (page.context["before"], page.context["after"]) == (None, event)


def test_the_address_is_read_alone(sams: Client, noors: Client, event: Event) -> None:
    assert sams.post(overview(event)).status_code == 405
    assert noors.get(overview(event)).status_code == 403
    assert sams.get(overview(Event(pk=987654))).status_code == 404


def test_a_moved_event_says_from_when(sams: Client, draft: Campaign) -> None:
    event = draft.event
    assert event is not None
    Campaign.objects.filter(pk=draft.pk).update(launched_at=timezone.now(), status="sent")
    hour = timedelta(hours=1)
    change_event(event, local_start=event.local_start + hour, local_end=event.local_end + hour)
    html = sams.get(overview(event)).content.decode()
    assert "Moved" in html
    assert "It was planned for" in html
    public = sams.get(f"/events/{event.slug}/").content.decode()
    assert "This event has a new time. It was planned for" in public
    assert "New time" in sams.get("/events/").content.decode()


def test_the_page_promises_no_calendar_what_a_file_cannot_do(sams: Client, event: Event) -> None:
    html = sams.get(overview(event)).content.decode()
    assert "Subscribers’ calendars" not in html
    assert "Calendars that follow our feed will show it as cancelled." in html


def test_the_page_says_who_is_sent_the_meeting_link(sams: Client, event: Event) -> None:
    everybody, some = "Sent to everybody who gets an email", "Sent to people who have a place"
    html = sams.get(overview(event)).content.decode()
    assert everybody in html
    assert some not in html
    change_event(event, takes_answers=True)
    assert some in sams.get(overview(event)).content.decode()


@pytest.mark.parametrize("is_paused", [False, True])
def test_an_author_reads_which_campaigns_cancelling_stops_before_they_press(
    sending: Campaign, event: Event, is_paused: bool
) -> None:
    """Who may cancel an event may stop what invites to it, and no other campaign."""
    if is_paused:
        pause(sending.pk)
    wrens = browser_of(staff_member("wren", AUTHOR))
    page = wrens.get(overview(event)).content.decode()
    zone = page[page.index('id="cancel-event"') :]
    assert f"{sending}</a> ({'paused' if is_paused else 'sending'})" in zone
    assert "It stops 1 campaign that is being sent or paused." in zone
    wrens.post(reverse("admin:studio_event_cancel", args=[event.pk]))
    sending.refresh_from_db()
    assert sending.status == "cancelled"


def test_what_is_of_a_topic_that_somebody_may_not_know_is_not_named(
    sending: Campaign, event: Event, restricted: Topic
) -> None:
    Campaign.objects.filter(pk=sending.pk).update(topic=restricted)
    Event.objects.filter(pk=event.pk).update(is_public=True)
    wrens = browser_of(staff_member("wren", AUTHOR))
    page = wrens.get(overview(event)).content.decode()
    assert str(sending) not in page[page.index('id="cancel-event"') :]
    assert "This stops for good" not in page
