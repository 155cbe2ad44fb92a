"""Events, their times and their calendar files."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.events.schedule import change_event
from campaigns.models import Campaign, Event
from tests.campaigns.events.test_programme import ANA, WELCOME
from tests.campaigns.views.reading import email_path, text


def test_an_event_says_its_time_at_its_place_and_in_utc(client: Client, event: Event) -> None:
    page = text(client, "/events/quarterly-meeting/")

    assert "Bucharest time" in page
    assert "10:00–11:30 UTC" in page


def test_events_that_are_not_public_are_nowhere(client: Client, event: Event) -> None:
    Event.objects.update(is_public=False)

    assert client.get("/events/quarterly-meeting/").status_code == 404
    assert client.get("/events/quarterly-meeting.ics").status_code == 404
    for path in ("/", "/events/", "/events/calendar.ics"):
        assert "Quarterly meeting" not in text(client, path)


def test_a_cancelled_event_stays_and_says_so(client: Client, event: Event) -> None:
    Event.objects.update(status="cancelled")

    assert "has been cancelled" in text(client, "/events/quarterly-meeting/")
    assert "Cancelled" in text(client, "/events/")
    assert "Quarterly meeting" not in text(client, "/")
    assert "METHOD:CANCEL" in text(client, "/events/quarterly-meeting.ics")
    assert "METHOD:PUBLISH" in text(client, "/events/calendar.ics")


def test_a_past_event_is_listed_as_past(client: Client, event: Event) -> None:
    Event.objects.update(
        starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1)
    )

    assert "Past events" in text(client, "/events/")
    assert "has ended" in text(client, "/events/quarterly-meeting/")


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x", "1;DROP", "%00", ""])
@pytest.mark.parametrize("path", ["/events/", "/archive/"])
def test_odd_page_numbers_lead_to_a_page(
    client: Client, sent: Campaign, path: str, page: str
) -> None:
    assert client.get(f"{path}?page={page}").status_code == 200


def test_the_calendar_file_names_its_method_in_the_header(client: Client, event: Event) -> None:
    response = client.get("/events/quarterly-meeting.ics")

    assert response["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert response["Content-Disposition"] == 'attachment; filename="quarterly-meeting.ics"'


def test_an_event_that_goes_to_people_as_an_invitation_links_no_file(
    client: Client, sent: Campaign
) -> None:
    file = "/events/quarterly-meeting.ics"
    pages = ("/events/quarterly-meeting/", email_path(sent))
    assert all(file in client.get(page).content.decode() for page in pages)

    Campaign.objects.update(calendar_method="request")
    Event.objects.update(calendar_mode="invitation", updated_at=timezone.now())
    assert not any(file in client.get(page).content.decode() for page in pages)
    # Some hold an invitation, though the event goes as a file since.
    Event.objects.update(calendar_mode="file", updated_at=timezone.now())
    assert not any(file in client.get(page).content.decode() for page in pages)


def test_markup_in_an_event_is_text(client: Client, event: Event) -> None:
    Event.objects.update(
        title="<script>alert(1)</script>",
        summary="<img src=x onerror=1>",
        description="<b>x</b>",
        venue="<i>",
    )
    for path in ("/", "/events/", "/events/quarterly-meeting/"):
        html = client.get(path).content.decode()
        assert "<script>alert" not in html
        assert "<img" not in html


def test_an_event_is_shown_in_the_visitors_language(client: Client, event: Event) -> None:
    """What isn't translated says in which language it is."""
    change_event(event, summary="Ninety minutes", texts={"uk": {"title": "Щоквартальна зустріч"}})
    page = client.get(f"/uk/events/{event.slug}/").content.decode()
    assert "<h1>Щоквартальна зустріч</h1>" in page
    assert '<p class="lede" lang="en" dir="ltr">Ninety minutes</p>' in page
    assert "Щоквартальна зустріч" in client.get("/uk/events/").content.decode()
    assert "Щоквартальна зустріч" in client.get(f"/uk/events/{event.slug}.ics").content.decode()
    assert "Щоквартальна зустріч" in client.get("/uk/events/calendar.ics").content.decode()
    assert "Quarterly meeting" in client.get(f"/events/{event.slug}.ics").content.decode()


def test_an_event_shows_its_speakers_and_its_agenda(client: Client, event: Event) -> None:
    page = f"/events/{event.slug}/"
    assert "Programme" not in client.get(page).content.decode()
    change_event(event, speakers=[ANA], agenda=[WELCOME])
    html = client.get(page).content.decode()
    assert "<bdi>12:00–12:15</bdi>" in html
    assert "Romania" in html
    assert (
        '<p lang="en" dir="ltr">Member of the Senate</p>'
        in client.get(f"/fr{page}").content.decode()
    )
