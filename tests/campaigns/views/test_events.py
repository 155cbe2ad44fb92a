"""Events, their times and their calendar files."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.events.pictures import PICTURE, PORTRAIT
from campaigns.events.schedule import change_event
from campaigns.models import Campaign, Event
from newsletter.media.image_use import reference_to
from newsletter.media_library.add_image import add_image
from newsletter.media_library.change_image import change_image
from newsletter.media_library.cut_image import cut_image
from tests.as_read import as_read
from tests.campaigns.events.test_programme import ANA, WELCOME
from tests.campaigns.views.reading import email_path, text
from tests.newsletter.media.pictures import picture


def test_an_event_says_its_time_at_its_place_and_in_utc(client: Client, event: Event) -> None:
    page = text(client, "/events/quarterly-meeting/")

    assert "Bucharest time" in page
    assert "10:00–11:30 UTC" in as_read(page)


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


@pytest.fixture
def illustrated(event: Event) -> Event:
    """The meeting with a picture, and a speaker with a portrait."""
    image = add_image(picture(size=(1200, 900)), name="hall.jpg").image
    cut_image(image, PICTURE)
    cut_image(image, PORTRAIT)
    change_event(
        event,
        picture=image,
        picture_alt="Rows of seats",
        speakers=[{**ANA, "portrait": reference_to(image.key)}, {**ANA, "name": "Ben Ito"}],
    )
    return event


def test_a_page_shows_the_picture_and_portraits_with_their_sizes(
    client: Client, illustrated: Event, settings: Settings
) -> None:
    html = client.get("/events/quarterly-meeting/").content.decode()
    first, portrait = re.findall(r"<img [^>]*>", html)
    assert 'alt="Rows of seats" width="1200" height="630"' in first
    assert "lazy" not in first
    assert 'alt="Ana Pop" width="240" height="240" loading="lazy"' in portrait
    [path] = re.findall(r'src="([^"]+)"', first)
    assert f'<meta property="og:image" content="{settings.SITE_URL}{path}">' in html
    assert '<meta property="og:image:width" content="1200">' in html
    assert '<meta property="og:image:alt" content="Rows of seats">' in html
    assert client.get(path).status_code == 200


def test_a_page_follows_the_focal_point_at_once(client: Client, illustrated: Event) -> None:
    before = client.get("/events/quarterly-meeting/").content.decode()
    assert illustrated.picture is not None
    change_image(illustrated.picture, focus_x=5)
    after = client.get("/events/quarterly-meeting/").content.decode()
    assert "-wide-50-50-" in before
    assert "-wide-5-50-" in after
    assert "-square-5-50-" in after


def test_a_page_without_pictures_has_no_gap_for_them(client: Client, event: Event) -> None:
    change_event(event, speakers=[ANA])
    html = client.get("/events/quarterly-meeting/").content.decode()
    for trace in ("<img", "og:image", "event-picture", "has-portrait"):
        assert trace not in html
