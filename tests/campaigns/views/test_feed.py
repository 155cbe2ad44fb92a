"""The feed of past emails."""

from xml.etree import ElementTree

from django.test import Client
from pytest_django.fixtures import Settings

from campaigns.models import Campaign


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
