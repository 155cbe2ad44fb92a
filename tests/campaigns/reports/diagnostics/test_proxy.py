"""The check of a proxy that is not trusted."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from campaigns.reports.diagnostics.finding import Level
from newsletter.core.requests.proxy_entrance import PROXY_ENTRANCE
from newsletter.models import Brand
from subscribers.models import Topic
from tests.campaigns.reports.diagnostics.findings import NOW, seen, to_mend

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(settings: Settings, brand: Brand, topic: Topic, sam: User) -> str:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://lists.example.org", ["lists.example.org"]
    return "lists.example.org"


def sign_up(
    topic: Topic, *, server: str = "127.0.0.1", peer: str = "127.0.0.1", **headers: str
) -> None:
    said = {"email": "visitor@example.org", "topics": [topic.slug]}
    Client().post(
        "/subscribe/",
        said,
        REMOTE_ADDR=peer,
        SERVER_NAME=server,
        headers={"Host": "lists.example.org", **headers},
    )


def test_a_proxy_that_isn_t_believed_is_named_until_one_is(site: str, topic: Topic) -> None:
    sign_up(topic)
    assert "share one limit" in to_mend("proxy", now=NOW)
    sign_up(topic, server=PROXY_ENTRANCE, **{"X-Forwarded-For": "203.0.113.9"})
    assert to_mend("proxy", now=NOW) == ""


def test_so_is_one_that_staff_sign_in_through(site: str) -> None:
    Client().post(
        "/staff/login/",
        {"username": "sam", "password": "wrong"},
        REMOTE_ADDR="127.0.0.1",
        headers={"Host": site},
    )
    assert "share one limit" in to_mend("proxy", now=NOW)


def test_a_trusted_proxy_that_doesn_t_say_who_its_client_is_is_named(
    site: str, topic: Topic
) -> None:
    sign_up(topic, server=PROXY_ENTRANCE)
    assert "share one limit" in to_mend("proxy", now=NOW)


def test_in_a_private_network_it_may_be_a_visitor_who_writes_such_headers(
    site: str, topic: Topic
) -> None:
    sign_up(topic, peer="10.0.0.3")
    assert seen("proxy", now=NOW) == set()
    sign_up(topic, peer="10.0.0.3", **{"X-Forwarded-For": "203.0.113.9"})
    assert seen("proxy", now=NOW) == {("proxy", Level.LOOK)}


def test_visitors_who_come_without_a_proxy_are_no_fault(site: str, topic: Topic) -> None:
    sign_up(topic, peer="8.8.4.4", **{"X-Forwarded-For": "203.0.113.9", "Via": "1.1 their-own"})
    assert seen("proxy", now=NOW) == set()


def test_a_full_disk_and_odd_headers_fail_no_sign_up(
    site: str, topic: Topic, settings: Settings, folder: Path
) -> None:
    settings.VAR_DIR = folder / "gone"
    settings.ALLOWED_HOSTS = ["*"]
    sign_up(topic, Via="1.1 proxy")
    sign_up(topic, Host="[::1")
    assert to_mend("proxy", now=NOW) == ""
