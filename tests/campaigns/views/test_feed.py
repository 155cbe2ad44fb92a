"""The feed of past emails."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, CampaignContent
from campaigns.sending.retract import retract, take_back_retraction
from newsletter.models import Brand
from subscribers.states import ArchiveAccess


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


ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def faults(feed: ElementTree.Element) -> list[str]:
    """Return what RFC 4287 wants of a feed (section 4.1.1) and its entries (4.1.2)."""
    found = [] if feed.tag == f"{ATOM}feed" else ["no feed"]
    for element in [feed, *feed.findall(f"{ATOM}entry")]:
        found += [
            f"{element.tag}: not one {name}"
            for name in ("id", "title", "updated")
            if len(element.findall(f"{ATOM}{name}")) != 1 or not element.findtext(f"{ATOM}{name}")
        ]
        if not TIME.fullmatch(element.findtext(f"{ATOM}updated", "")):
            found.append("a time that is none")
        alternates = [
            link.get("type", "")
            for link in element.findall(f"{ATOM}link")
            if link.get("rel", "alternate") == "alternate"
        ]
        if len(alternates) != len(set(alternates)) or not alternates:
            found.append("alternates")
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    if len(ids) != len(set(ids)):
        found.append("two entries of one id")
    if not feed.findtext(f"{ATOM}author/{ATOM}name"):
        found.append("no author")
    if [link.get("rel") for link in feed.findall(f"{ATOM}link")].count("self") != 1:
        found.append("no link to itself")
    return found


@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("query", ["", "?language=es"])
def test_the_feed_is_valid_atom(
    client: Client, brand: Brand, sent: Campaign, query: str, empty: bool
) -> None:
    if empty:
        Campaign.objects.update(archive_access=ArchiveAccess.NONE)
    else:
        CampaignContent.objects.create(campaign=sent, language="es", subject="<Hola> & más")
    answer = client.get(f"/archive/feed/{query}")

    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert faults(ElementTree.fromstring(answer.content)) == []


def test_the_feed_and_its_entries_say_their_language(
    client: Client, brand: Brand, sent: Campaign, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "es"]
    CampaignContent.objects.create(campaign=sent, language="es", subject="Hola")
    for query, language in (("", "en"), ("?language=es", "es")):
        feed = ElementTree.fromstring(client.get(f"/archive/feed/{query}").content)
        assert feed.get(f"{XML}lang") == language
        assert [one.get(f"{XML}lang") for one in feed.findall(f"{ATOM}entry")] == [language]


def test_an_entry_is_updated_when_its_notice_of_an_error_changes(
    client: Client, sent: Campaign
) -> None:
    def times() -> tuple[str, str, str]:
        feed = ElementTree.fromstring(client.get("/archive/feed/").content)
        entry = feed.find(f"{ATOM}entry")
        assert entry is not None
        return (
            entry.findtext(f"{ATOM}published", ""),
            entry.findtext(f"{ATOM}updated", ""),
            feed.findtext(f"{ATOM}updated", ""),
        )

    published, updated, _ = times()
    assert published == updated
    seen = [updated]
    changes: list[Callable[[], object]] = [
        lambda: retract(sent.pk, text="Wrong date.", hides_email=False),
        lambda: retract(sent.pk, text="Wrong date: it is Friday.", hides_email=False),
        lambda: retract(sent.pk, text="Wrong date: it is Friday.", hides_email=True),
        lambda: take_back_retraction(sent.pk),
    ]
    for change in changes:
        change()
        now_published, updated, of_feed = times()
        assert now_published == published
        assert updated > seen[-1]
        assert of_feed == updated
        seen.append(updated)
    take_back_retraction(sent.pk)
    assert times()[1] == seen[-1]
