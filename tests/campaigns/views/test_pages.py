import re
from datetime import timedelta
from html import escape, unescape
from uuid import UUID
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, CampaignContent, Event
from campaigns.review.approval import approve
from campaigns.sending.launch import launch_now
from campaigns.states import CampaignStatus
from newsletter.models import Brand
from subscribers.models import Subscriber, Topic
from tests.campaigns.conftest import MakeFollowers

SECRET = "meet.example.org/quarterly"


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def sent(draft: Campaign) -> Campaign:
    Campaign.objects.update(status=CampaignStatus.SENT, launched_at=timezone.now())
    draft.refresh_from_db()
    return draft


def text(client: Client, path: str, *, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return unescape(response.content.decode())


def email_path(campaign: Campaign) -> str:
    return f"/archive/{campaign.slug}/"


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


# --- the first page


def test_the_first_page_says_who_what_and_how(client: Client, brand: Brand, sent: Campaign) -> None:
    page = text(client, "/")

    assert brand.name in page
    assert "Quarterly meetings" in page
    assert 'href="/subscribe/"' in page
    assert 'href="/events/quarterly-meeting/"' in page
    assert "You are invited, colleague" in page


def test_topics_that_are_not_public_are_not_named(client: Client, other_topic: Topic) -> None:
    Topic.objects.update(is_public=False, name="Confidential circle")

    assert "Confidential circle" not in text(client, "/")


def test_the_operator_is_told_where_to_look_only_with_the_development_inbox(
    client: Client, db: None, settings: Settings
) -> None:
    page = text(client, "/")
    assert 'href="/inbox/"' in page
    assert 'href="/staff/"' in page

    settings.INBOX_ENABLED = False
    page = text(client, "/")
    assert "/inbox/" not in page
    assert "/staff/" not in page


# --- events


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


# --- the archive


def test_a_sent_email_is_in_the_archive_the_feed_and_on_its_page(
    client: Client, sent: Campaign
) -> None:
    assert "You are invited, colleague" in text(client, "/archive/")
    assert "You are invited, colleague" in text(client, "/archive/feed/")
    assert "Dear colleague, we meet at" in text(client, email_path(sent))


@pytest.mark.parametrize(
    "status", [status for status in CampaignStatus if status != CampaignStatus.SENT]
)
def test_only_sent_emails_are_listed(
    client: Client, sent: Campaign, status: CampaignStatus
) -> None:
    Campaign.objects.update(status=status)

    for path in ("/", "/archive/", "/archive/feed/"):
        assert "You are invited" not in text(client, path)


@pytest.mark.parametrize(
    "status",
    [
        CampaignStatus.DRAFT,
        CampaignStatus.IN_REVIEW,
        CampaignStatus.APPROVED,
        CampaignStatus.SCHEDULED,
        CampaignStatus.CANCELLED,
    ],
)
def test_what_has_not_left_is_never_shown(
    client: Client, draft: Campaign, status: CampaignStatus
) -> None:
    Campaign.objects.update(status=status)

    assert client.get(email_path(draft)).status_code == 404


@pytest.mark.parametrize("status", [CampaignStatus.SENDING, CampaignStatus.PAUSED])
def test_first_recipients_can_open_the_email_while_others_wait_for_theirs(
    client: Client, sent: Campaign, status: CampaignStatus
) -> None:
    Campaign.objects.update(status=status)

    assert client.get(email_path(sent)).status_code == 200


@pytest.mark.parametrize("hide", ["staff", "topic"])
def test_what_is_kept_out_of_the_archive_is_on_no_page(
    client: Client, sent: Campaign, hide: str
) -> None:
    if hide == "staff":
        Campaign.objects.update(is_archived=False)
    else:
        Topic.objects.update(is_public=False)

    assert client.get(email_path(sent)).status_code == 404
    for path in ("/", "/archive/", "/archive/feed/"):
        assert "You are invited" not in text(client, path)


def test_the_archived_email_is_nobodys_in_particular(
    client: Client, sent: Campaign, ada: Subscriber
) -> None:
    page = text(client, email_path(sent))

    assert "Ada" not in page
    assert "/u/" not in page
    assert "10:00–11:30 UTC" in page
    assert "http://localhost:8000/preferences/" in page


def test_the_archived_email_does_not_let_strangers_in(client: Client, sent: Campaign) -> None:
    link = f"https://{SECRET}"
    CampaignContent.objects.update(
        blocks=[
            {"type": "rich_text", "html": f'<p>Join at <a href="{link}">{link}</a></p>'},
            {"type": "event_card"},
            {"type": "button", "label": "Join", "url": link},
        ]
    )
    page = text(client, email_path(sent))

    assert SECRET not in page
    assert "Join at http://localhost:8000/events/quarterly-meeting/" in re.sub("<[^>]+>", "", page)


@pytest.mark.parametrize("since", ["", "https://meet.example.org/other"])
def test_the_archived_email_does_not_let_strangers_in_by_the_link_that_was_sent(
    client: Client, draft: Campaign, ada: Subscriber, since: str
) -> None:
    link = f"https://{SECRET}?room=1&pwd=2"
    Event.objects.update(join_url=link)
    CampaignContent.objects.update(
        blocks=[
            {"type": "rich_text", "html": f"<p>Join at {escape(link)}</p>"},
            {"type": "event_card"},
            {"type": "button", "label": "Join", "url": link},
        ]
    )
    approve(Campaign.objects.get(), by="Sam")
    launch_now(Campaign.objects.get())
    Event.objects.update(join_url=since)

    page = text(client, email_path(draft))

    assert SECRET not in page
    assert "Join at http://localhost:8000/events/quarterly-meeting/" in re.sub("<[^>]+>", "", page)
    assert not since or since not in page


def test_the_email_runs_no_script_and_belongs_to_no_origin(client: Client, sent: Campaign) -> None:
    policy = client.get(email_path(sent))["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy


def test_another_language_can_be_asked_for(client: Client, sent: Campaign) -> None:
    CampaignContent.objects.create(
        campaign=sent,
        language="fr",
        subject="Bonjour",
        blocks=[{"type": "heading", "text": "Chers collègues"}],
    )

    assert "Chers collègues" in text(client, email_path(sent) + "?language=fr")
    assert "Our next meeting" in text(client, email_path(sent) + "?language=../../etc")


def test_the_feed_is_atom_with_our_own_addresses(
    client: Client, sent: Campaign, settings: Settings
) -> None:
    response = client.get("/archive/feed/", headers={"host": "localhost"})
    feed = ElementTree.fromstring(response.content)
    atom = {"a": "http://www.w3.org/2005/Atom"}
    link = feed.find("a:entry/a:link", atom)

    assert link is not None
    assert link.get("href") == f"{settings.SITE_URL}/archive/{sent.slug}/"
    assert feed.findtext("a:entry/a:id", namespaces=atom) == f"urn:uuid:{sent.slug}"


def test_a_real_campaigns_email_can_be_read_by_the_link_in_it(
    client: Client, sending: Campaign, followers: MakeFollowers
) -> None:
    assert "Dear colleague" in text(client, email_path(sending))


def test_the_email_can_be_read_while_redis_is_down(
    client: Client, sent: Campaign, settings: Settings
) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "config.redis_cache.RedisCache", "LOCATION": "redis://127.0.0.1:9/0"}
    }

    assert "Our next meeting" in text(client, email_path(sent))
