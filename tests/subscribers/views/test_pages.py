"""All public pages of subscribers: one h1, a title, a language, a strict CSP, no cookie."""

import re

import pytest
from django.test import Client

from newsletter.models import Brand
from subscribers.consent.urls_in_mail import (
    confirm_url,
    manage_url,
    never_again_url,
    unsubscribe_url,
)
from subscribers.models import Subscriber

PATHS = [
    "/subscribe/",
    "/subscribe/done/",
    "/subscribe/embed/",
    "/subscribe/embed/done/",
    "/preferences/",
    "/preferences/sent/",
    "/privacy/",
]


def check(page: str) -> None:
    assert len(re.findall(r"<h1[ >]", page)) == 1
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title is not None
    assert title.group(1).strip()
    assert re.search(r'<html lang="[a-z]{2}', page)
    assert " style=" not in page
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son[a-z]+=", page)
    for control in re.findall(r"<(?:input|select)\b[^>]*>", page):
        name = re.search(r' id="([^"]+)"', control)
        assert (
            'type="hidden"' in control
            or 'type="checkbox"' in control
            or 'type="radio"' in control
            or (name and f'for="{name.group(1)}"' in page)
        ), control


@pytest.mark.parametrize("path", PATHS)
def test_each_page_is_sound(client: Client, brand: Brand, ada: Subscriber, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert not response.cookies
    check(response.content.decode())


def test_each_page_behind_a_link_is_sound(
    client: Client, brand: Brand, ada: Subscriber, ben: Subscriber, dora: Subscriber
) -> None:
    urls = [
        confirm_url(ada),
        confirm_url(ben),
        confirm_url(dora),
        confirm_url(Subscriber(pk=0)),
        unsubscribe_url(ada.subscriptions.get().pk),
        unsubscribe_url(dora.subscriptions.get().pk),
        unsubscribe_url(0),
        manage_url(ada),
        never_again_url(ben.digest),
    ]
    for url in urls:
        path = "/" + url.split("/", 3)[3]
        for response in (client.get(path), client.post(path)):
            check(response.content.decode())
            assert 'content="noindex"' in response.content.decode()
            assert "no-store" in response["Cache-Control"]


def test_each_page_works_before_there_is_a_brand(client: Client, db: None) -> None:
    for path in PATHS:
        check(client.get(path).content.decode())


def test_a_page_that_does_not_exist_says_so_kindly(client: Client, brand: Brand) -> None:
    response = client.get("/no/such/page")
    assert response.status_code == 404
    check(response.content.decode())
