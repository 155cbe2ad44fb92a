"""The address of a counted link leads on, counts an opening, and learns nothing of a person."""

import json
from importlib.resources import files
from unittest.mock import patch

import pytest
from django.db import DatabaseError
from django.test import Client, RequestFactory

from campaigns.models import Campaign, CountedLink
from campaigns.views.counted_link import is_a_persons_browser

URL = "https://un.org/report?a=1&b=2#part"
BROWSER = {
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
}


@pytest.fixture
def link(sending: Campaign) -> CountedLink:
    return CountedLink.objects.create(campaign=sending, token="a" * 22, url=URL)


def counts(link: CountedLink) -> tuple[int, int]:
    link.refresh_from_db()
    return link.opened, link.by_programs


def test_it_leads_on_and_counts(client: Client, link: CountedLink) -> None:
    answer = client.get(f"/go/{link.token}/", headers=BROWSER)

    assert answer.status_code == 302
    assert answer["Location"] == URL
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    assert not answer.cookies
    assert counts(link) == (1, 0)


def test_programs_are_counted_apart(client: Client, link: CountedLink) -> None:
    for headers in (
        {},
        {"User-Agent": BROWSER["User-Agent"]},
        {**BROWSER, "Sec-Purpose": "prefetch"},
        {**BROWSER, "Sec-Fetch-Dest": "image"},
        {**BROWSER, "User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
    ):
        assert client.get(f"/go/{link.token}/", headers=headers)["Location"] == URL
    assert counts(link) == (0, 5)


def test_a_head_request_leads_on_and_is_not_counted(client: Client, link: CountedLink) -> None:
    assert client.head(f"/go/{link.token}/", headers=BROWSER)["Location"] == URL
    assert counts(link) == (0, 0)


def test_what_cannot_be_counted_leads_on(client: Client, link: CountedLink) -> None:
    with patch("campaigns.views.counted_link.brief_transaction", side_effect=DatabaseError):
        answer = client.get(f"/go/{link.token}/", headers=BROWSER)
    assert answer["Location"] == URL
    assert counts(link) == (0, 0)


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("token", ["b" * 22, "a", "x" * 500, "https:", "a\x00a"])
def test_an_unknown_address_leads_nowhere(client: Client, link: CountedLink, token: str) -> None:
    answer = client.get(f"/go/{token}/")
    assert answer.status_code == 404
    assert "Location" not in answer


def test_nothing_can_be_posted(client: Client, link: CountedLink) -> None:
    assert client.post(f"/go/{link.token}/").status_code == 405
    assert counts(link) == (0, 0)


def test_known_crawlers_are_no_persons() -> None:
    listed = json.loads(files("crawleruseragents").joinpath("crawler-user-agents.json").read_text())
    agents = [agent for each in listed for agent in each["instances"]]
    assert len(agents) > 1000
    taken = [
        agent
        for agent in agents
        if is_a_persons_browser(RequestFactory().get("/", headers={**BROWSER, "User-Agent": agent}))
    ]
    assert not taken
