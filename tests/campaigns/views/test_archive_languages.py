"""The archive in the visitor's language, with a visible switch.

The language is the chosen one, else the browser's, else the campaign's own.
"""

import re
from html import unescape
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, CampaignContent
from campaigns.states import CampaignStatus
from subscribers.models import Topic
from subscribers.states import ArchiveAccess

SUBJECTS = {"en": "You are invited, colleague", "es": "Le invitamos", "ar": "ندعوكم"}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def sent(draft: Campaign, settings: Settings) -> Campaign:
    """Sent in English, its own language, in Spanish and in Arabic."""
    settings.CONTENT_LANGUAGES = ["en", "es", "ar", "fr"]
    blocks = {"es": "Nuestra próxima reunión", "ar": "اجتماعنا القادم"}
    for language, text in blocks.items():
        CampaignContent.objects.create(
            campaign=draft,
            language=language,
            subject=SUBJECTS[language],
            blocks=[{"type": "heading", "text": text}],
        )
    Campaign.objects.update(
        status=CampaignStatus.SENT, launched_at=timezone.now(), archive_access=ArchiveAccess.PUBLIC
    )
    draft.refresh_from_db()
    return draft


@pytest.fixture
def only_english(sent: Campaign, topic: Topic) -> Campaign:
    other = Campaign.objects.create(
        name="Plain",
        topic=topic,
        status=CampaignStatus.SENT,
        launched_at=timezone.now(),
        archive_access=ArchiveAccess.PUBLIC,
    )
    CampaignContent.objects.create(
        campaign=other, subject="In English alone", blocks=[{"type": "heading", "text": "Hello"}]
    )
    return other


def read(client: Client, path: str, accept: str = "", **query: str) -> str:
    answer = client.get(path, query, headers={"accept-language": accept} if accept else {})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def path_of(campaign: Campaign) -> str:
    return f"/archive/{campaign.slug}/"


def language_of(html: str) -> str:
    found = re.search(r'<html[^>]*\blang="([^"]*)"', html)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("accept", "query", "language"),
    [
        ("", {}, "en"),
        ("es", {}, "es"),
        ("es-MX,es;q=0.9,en;q=0.5", {}, "es"),
        ("fr,ar;q=0.8,en;q=0.7", {}, "ar"),
        ("de", {}, "en"),
        ("es", {"language": "en"}, "en"),
        ("", {"language": "ar"}, "ar"),
        ("es", {"language": "fr"}, "es"),
        ("es", {"language": "<script>"}, "es"),
        ("", {"language": "x" * 5000}, "en"),
        ("\xff" * 50, {"language": ""}, "en"),
    ],
)
def test_an_email_opens_in_the_language_that_its_reader_reads(
    client: Client, sent: Campaign, accept: str, query: dict[str, str], language: str
) -> None:
    html = read(client, path_of(sent), accept, **query)
    assert language_of(html) == language
    assert SUBJECTS[language] in html


def test_the_switch_leads_to_every_language_and_says_which_one_this_is(
    client: Client, sent: Campaign
) -> None:
    html = read(client, path_of(sent), "es")
    switch = re.search(r'<nav aria-label="Idioma">.*?</nav>', html, re.DOTALL)
    assert switch is not None
    assert html.index("<body") < switch.start() < html.index("Nuestra próxima reunión")
    links = dict(re.findall(r'<a [^>]*href="([^"]*)"[^>]*>([^<]*)</a>', switch[0]))
    assert {address.rpartition("=")[2] for address in links} == {"en", "ar"}
    assert set(links.values()) == {"English", "العربية"}
    assert re.search(r'<span[^>]*aria-current="true"[^>]*>Español</span>', switch[0])
    for address in links:
        shown = read(client, path_of(sent) + address if address.startswith("?") else address, "es")
        assert language_of(shown) == address.rpartition("=")[2]


def test_an_email_of_one_language_has_no_switch(client: Client, only_english: Campaign) -> None:
    html = read(client, path_of(only_english), "es")
    assert "<nav" not in html


def test_an_email_has_a_link_back_to_the_others(client: Client, only_english: Campaign) -> None:
    html = read(client, path_of(only_english))
    assert html.index("<body") < html.index('href="/archive/"')


def test_caches_in_between_are_told_that_the_language_matters(
    client: Client, sent: Campaign
) -> None:
    for path in (path_of(sent), "/archive/", "/"):
        assert "Accept-Language" in client.get(path).headers.get("Vary", "")


@pytest.mark.parametrize("path", ["/archive/", "/"])
def test_lists_name_each_email_in_the_readers_language_where_it_is_written_in_it(
    client: Client, sent: Campaign, only_english: Campaign, path: str
) -> None:
    html = read(client, path, "es")
    assert f'lang="es">{SUBJECTS["es"]}</a>' in html
    assert "In English alone" in html
    assert SUBJECTS["en"] not in html


def test_the_list_has_a_switch_too_and_keeps_to_what_was_chosen(
    client: Client, sent: Campaign, only_english: Campaign
) -> None:
    html = read(client, "/archive/", "es", language="ar")
    assert SUBJECTS["ar"] in html
    assert f"{path_of(sent)}?language=ar" in html
    switch = re.search(r'<nav class="languages".*?</nav>', html, re.DOTALL)
    assert switch is not None
    assert re.findall(r'href="\?language=(\w+)"', switch[0]) == ["en", "es"]


def test_where_all_is_in_one_language_the_list_has_no_switch(
    client: Client, only_english: Campaign
) -> None:
    CampaignContent.objects.exclude(language="en").delete()
    assert 'class="languages"' not in read(client, "/archive/", "es")


def test_the_feed_is_in_each_campaigns_own_language_unless_one_is_asked_for(
    client: Client, sent: Campaign, only_english: Campaign
) -> None:
    for accept, query, title, suffix in (
        ("", {}, SUBJECTS["en"], ""),
        ("es", {}, SUBJECTS["en"], ""),
        ("", {"language": "es"}, SUBJECTS["es"], "?language=es"),
    ):
        answer = client.get(
            "/archive/feed/", query, headers={"accept-language": accept} if accept else {}
        )
        feed = ElementTree.fromstring(answer.content)
        titles = [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
        assert set(titles) == {title, "In English alone"}
        links = [
            link.get("href", "")
            for entry in feed.findall(f"{ATOM}entry")
            for link in entry.findall(f"{ATOM}link")
        ]
        assert next(link for link in links if str(sent.slug) in link).endswith(
            f"{sent.slug}/{suffix}"
        )
        assert next(link for link in links if str(only_english.slug) in link).endswith(
            f"{only_english.slug}/"
        )


def test_the_list_offers_a_feed_of_each_language(client: Client, sent: Campaign) -> None:
    html = read(client, "/archive/")
    assert re.findall(r'type="application/atom\+xml"[^>]*hreflang="(\w+)"', html) == [
        "en",
        "es",
        "ar",
    ]


def test_a_hostile_language_is_in_no_address(client: Client, sent: Campaign) -> None:
    for path in ("/archive/", path_of(sent), "/archive/feed/"):
        answer = client.get(path, {"language": '"><script>alert(1)</script>'})
        assert answer.status_code == 200
        assert b"alert(1)" not in answer.content
