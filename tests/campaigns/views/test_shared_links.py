"""A link that is shared shows what its page says, and nothing of what is hidden."""

import re
from html import unescape

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, CampaignContent, Event
from newsletter.models import Brand
from subscribers.models import Topic
from tests.campaigns.views.reading import email_path

HOSTILE = '"><script>alert(1)</script> & <b>'


def tags(client: Client, path: str) -> dict[str, str]:
    html = client.get(path).content.decode()
    head = html.partition("</head>")[0]
    found = re.findall(r'<meta property="([^"]+)" content="([^"]*)">', head)
    assert len(found) == len(re.findall("<meta property=", html))
    return {name: unescape(content) for name, content in found}


@pytest.mark.parametrize("path", ["/", "/events/", "/archive/", "/events/quarterly-meeting/"])
def test_a_page_says_how_it_is_shown(
    client: Client, brand: Brand, sent: Campaign, settings: Settings, path: str
) -> None:
    shown = tags(client, path)

    assert shown["og:site_name"] == brand.name
    assert shown["og:url"] == f"{settings.SITE_URL}{path}"
    assert shown["og:title"]
    assert shown["og:type"] == "website"


def test_an_event_says_what_and_when(client: Client, brand: Brand, event: Event) -> None:
    shown = tags(client, "/events/quarterly-meeting/")

    assert shown["og:title"] == event.title
    assert "Bucharest time" in shown["og:description"]


def test_an_email_says_its_subject_and_when_it_was_sent(
    client: Client, brand: Brand, sent: Campaign, settings: Settings
) -> None:
    shown = tags(client, email_path(sent))

    assert shown["og:title"] == "You are invited, colleague"
    assert shown["og:type"] == "article"
    assert shown["og:url"] == settings.SITE_URL + email_path(sent)
    assert shown["article:published_time"].startswith(str(sent.launched_at)[:10])


def test_what_staff_wrote_is_text(client: Client, brand: Brand, sent: Campaign) -> None:
    Brand.objects.update(name=HOSTILE, tagline=HOSTILE)
    Event.objects.update(title=HOSTILE, summary=HOSTILE, venue=HOSTILE)
    CampaignContent.objects.update(subject=HOSTILE, preheader=HOSTILE)

    for path in ("/", "/events/", "/events/quarterly-meeting/", email_path(sent)):
        assert "<script>alert" not in client.get(path).content.decode()
        tags(client, path)
    assert tags(client, "/events/quarterly-meeting/")["og:title"] == HOSTILE


@pytest.mark.parametrize(
    "hidden", [{"is_public": False}, {"is_public": False, "is_restricted": True}]
)
def test_nothing_of_a_hidden_topic_is_shown_to_who_guesses_its_link(
    client: Client, brand: Brand, sent: Campaign, hidden: dict[str, bool]
) -> None:
    Topic.objects.update(**hidden)

    answer = client.get(email_path(sent))
    assert answer.status_code == 404
    assert b"og:" not in answer.content
    assert b"You are invited" not in answer.content


def test_nothing_of_a_hidden_event_is_shown(client: Client, brand: Brand, event: Event) -> None:
    Event.objects.update(is_public=False)

    assert b"og:" not in client.get("/events/quarterly-meeting/").content


def test_the_meeting_link_is_in_no_tag(client: Client, brand: Brand, sent: Campaign) -> None:
    link = "https://meet.example.org/quarterly"
    Event.objects.update(join_url=link)
    CampaignContent.objects.update(subject=f"Join {link}", preheader=link)

    assert "meet.example.org" not in str(tags(client, email_path(sent)))


def test_a_page_behind_a_link_in_mail_has_none(client: Client, brand: Brand) -> None:
    for path in ("/confirm/x/", "/u/x", "/preferences/x/", "/nowhere/"):
        assert b"og:" not in client.get(path).content


def test_a_link_with_a_filter_is_shown_as_the_archive_itself(
    client: Client, brand: Brand, sent: Campaign, settings: Settings
) -> None:
    html = client.get("/archive/?q=secret&year=2026").content.decode()

    assert f'<link rel="canonical" href="{settings.SITE_URL}/archive/">' in html
    assert '<meta name="robots" content="noindex">' in html
