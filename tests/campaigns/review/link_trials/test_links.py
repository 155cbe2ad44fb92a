"""Links that a worker opens, and those that it leaves alone."""

import pytest
from pytest_django.fixtures import Settings

from campaigns.review.checks.written import WrittenLink
from campaigns.review.link_trials.links import LeftAlone, url_hash, web_links


def found(*urls: str) -> list[str]:
    return [link.url for link in web_links(WrittenLink("", url, "x") for url in urls)]


def reason(url: str) -> LeftAlone | None:
    (link,) = web_links([WrittenLink("", url, "x")])
    return link.left_alone


def test_each_page_is_opened_once_whatever_part_of_it_is_linked() -> None:
    pages = ["https://www.parliament.uk/a", "https://www.parliament.uk/a#b", "https://un.org/"]

    assert found(*pages) == ["https://www.parliament.uk/a", "https://un.org/"]
    assert url_hash(pages[0]) == url_hash(pages[1])


@pytest.mark.parametrize(
    "url",
    [
        "mailto:someone@un.org",
        "tel:+441234",
        "{rsvp_url}",
        "{unsubscribe_url}",
        "https://un.org/{given_name}",
        "https://lists.un.org/u/abc",
        "https://lists.un.org:8443/preferences/abc/",
        "https://localhost/",
        "https://intranet/",
        "https://10.0.0.1/",
        "https://programme.example/",
        "https://[",
        "",
    ],
)
def test_merge_fields_our_own_pages_and_what_can_not_work_are_no_links_to_open(
    url: str, settings: Settings
) -> None:
    settings.SITE_URL = "https://lists.un.org"

    assert found(url) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://zoom.us/j/123?pwd=abc",
        "https://un.org/?token=1",
        "https://un.org/?ACCESS_TOKEN=",
        "https://un.org/x?a=1&sig=2",
        "https://un.org/unsubscribe/",
        "https://un.org/list/opt-out?x",
        "https://un.org/verify/abc",
        "https://un.org/logout",
        "https://un.org/people/ada@un.org",
        "https://un.org/?who=ada%40un.org",
        "https://un.org/?user_id=5",
        "https://un.org/?utm_source=mail&mc_eid=5",
    ],
)
def test_a_link_that_may_be_one_persons_or_act_is_left_alone(url: str) -> None:
    assert reason(url) == LeftAlone.PERSONAL


@pytest.mark.parametrize(
    "url",
    [
        "https://www.parliament.uk/business/committees/?utm_source=mail&page=2",
        "https://docs.google.com/forms/d/e/1FAIpQLSf0a_XyzAbcDefGhiJklMnoPqrStuVwx/viewform",
        "https://example.un.org/delegates/confirmed-speakers",
        "https://un.org/acceptance",
        "https://un.org/monkey?keyword=x&author=y",
    ],
)
def test_a_page_for_everybody_is_opened(url: str) -> None:
    assert reason(url) is None


@pytest.mark.parametrize("url", ["https://ada@un.org/", "https://un.org:x/", "https://un.org/a b"])
def test_what_is_half_written_is_not_said_to_lead_to_a_port(url: str) -> None:
    assert reason(url) == LeftAlone.ODD


def test_other_ports_and_names_that_dns_must_not_hear_are_left_alone() -> None:
    assert reason("https://un.org:22/") == LeftAlone.PORT
    assert reason("https://abcdefghij.onion/") == LeftAlone.NOT_BY_DNS
