"""The first page says who writes, what about, and how to subscribe."""

from django.test import Client
from pytest_django.fixtures import Settings

from campaigns.models import Campaign
from newsletter.models import Brand
from subscribers.models import Topic
from tests.campaigns.views.reading import text


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
