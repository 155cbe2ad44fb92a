"""Rules for all public pages of campaigns."""

from uuid import UUID

import pytest
from django.test import Client

from campaigns.models import Campaign
from tests.campaigns.views.reading import text

SECRET = "meet.example.org/quarterly"
PAGES = ["/", "/events/", "/events/quarterly-meeting/", "/archive/"]


@pytest.mark.parametrize("path", PAGES)
def test_each_page_has_one_heading_a_title_and_a_strict_policy(
    client: Client, sent: Campaign, path: str
) -> None:
    response = client.get(path)
    html = response.content.decode()

    assert html.count("<h1") == 1
    assert "<title>" in html
    assert '<html lang="en"' in html
    assert "style=" not in html
    assert "unsafe-inline" not in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", [*PAGES, "/events/quarterly-meeting.ics", "/events/calendar.ics", "/archive/feed/"]
)
def test_the_way_in_is_on_no_public_page(client: Client, sent: Campaign, path: str) -> None:
    assert SECRET not in text(client, path).replace("\r\n ", "")


@pytest.mark.parametrize(
    "path", [*PAGES, "/events/quarterly-meeting.ics", "/events/calendar.ics", "/archive/feed/"]
)
def test_pages_take_no_post(client: Client, sent: Campaign, path: str) -> None:
    assert client.post(path).status_code == 405 or path == "/archive/feed/"


@pytest.mark.parametrize(
    "path", ["/", "/events/", "/archive/", "/archive/feed/", "/events/calendar.ics"]
)
def test_a_fresh_installation_shows_empty_pages_not_errors(
    client: Client, db: None, path: str
) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/events/unknown/",
        "/events/unknown.ics",
        "/events/..%2f..%2fetc/",
        "/events/%00/",
        f"/archive/{UUID(int=0)}/",
        "/archive/1/",
        "/archive/quarterly-meeting/",
        "/events/" + "x" * 3000 + "/",
    ],
)
def test_what_is_not_there_is_404(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404
