"""The archive shows what was sent, to nobody in particular, and lets nobody into a meeting."""

import re
from html import escape

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, CampaignContent, Event
from campaigns.review.approval import approve
from campaigns.sending.launch import launch_now
from campaigns.states import CampaignStatus
from subscribers.models import Subscriber, Topic
from subscribers.states import ArchiveAccess
from tests.as_read import as_read
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.views.reading import email_path, text

SECRET = "meet.example.org/quarterly"


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
        Campaign.objects.update(archive_access=ArchiveAccess.NONE)
    else:
        Topic.objects.update(is_public=False)

    assert client.get(email_path(sent)).status_code == 404
    for path in ("/", "/archive/", "/archive/feed/"):
        assert "You are invited" not in text(client, path)


@pytest.mark.parametrize("was_public", [True, False])
def test_a_topic_that_becomes_public_shows_what_was_public_when_it_was_sent(
    client: Client, draft: Campaign, ada: Subscriber, was_public: bool
) -> None:
    Topic.objects.update(is_public=was_public)
    approve(Campaign.objects.get(), by="Sam")
    launch_now(Campaign.objects.get())
    Campaign.objects.update(status=CampaignStatus.SENT)
    for is_public in (False, True):
        Topic.objects.update(is_public=is_public)

    assert client.get(email_path(draft)).status_code == (200 if was_public else 404)
    for path in ("/", "/archive/", "/archive/feed/"):
        assert ("You are invited" in text(client, path)) is was_public


def test_the_archived_email_is_nobodys_in_particular(
    client: Client, sent: Campaign, ada: Subscriber
) -> None:
    page = text(client, email_path(sent))

    assert "Ada" not in page
    assert "/u/" not in page
    assert "10:00–11:30 UTC" in as_read(page)
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
