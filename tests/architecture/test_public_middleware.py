"""Public pages go through part of the middleware (config.wsgi), and answer as if through all."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client, RequestFactory
from django.utils.module_loading import import_string

from config.wsgi import application
from newsletter.core.requests.page_language import has_language
from tests.architecture.addresses import Address
from tests.architecture.conftest import Installation

DIFFERS = re.compile(r'name="(?:stamp|csrfmiddlewaretoken)" value="[^"]+"|nonce="[^"]+"')
MOMENTS = {"Expires", "Date", "Last-Modified"}

type Answer = tuple[int, dict[str, str], str]


@pytest.fixture(autouse=True)
def the_test_s_connection_stays_open(db: None) -> Iterator[None]:
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def served(method: str, path: str) -> Answer:
    """Return the answer that gunicorn would get."""
    environ: dict[str, Any] = RequestFactory().generic(method, path).environ
    said: list[Any] = []
    body = b"".join(application(environ, lambda status, headers: said.extend((status, headers))))
    return _comparable(int(said[0].split()[0]), dict(said[1]), body)


def through_all(client: Client, method: str, path: str) -> Answer:
    answer = client.generic(method, path)
    return _comparable(answer.status_code, dict(answer.headers), answer.content)


def _comparable(status: int, headers: dict[str, str], body: bytes) -> Answer:
    kept = {name: value for name, value in headers.items() if name not in MOMENTS}
    # A cookie is looked at by what goes through all alone: no public page depends on one.
    kept["Vary"] = kept.get("Vary", "").replace("Cookie, ", "").removesuffix("Cookie")
    return status, kept, DIFFERS.sub("", body.decode())


def public(installation: Installation) -> list[Address]:
    return [
        one
        for one in installation.addresses
        if has_language(one.path) and not one.path.startswith("/webhooks")
    ]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_public_page_answers_as_it_does_behind_all_middleware(
    installation: Installation, visitor: Client, method: str
) -> None:
    found = public(installation)
    assert len(found) > 30
    if method == "POST":
        # An empty form: what a press would change is another test's.
        found = [one for one in found if one.name in ("subscribe", "subscribe_embed", "join")]
    for address in found:
        assert served(method, address.path) == through_all(visitor, method, address.path), address


@pytest.mark.parametrize("path", ["/nowhere/", "/uk/nowhere/", "/subscribe/done", "/archive"])
def test_so_does_an_address_that_leads_elsewhere_or_nowhere(
    installation: Installation, visitor: Client, path: str
) -> None:
    assert served("GET", path) == through_all(visitor, "GET", path)


@pytest.mark.parametrize("path", ["/staff/", "/staff/login/", "/uk/staff/", "/livez", "/inbox/"])
def test_all_other_pages_go_through_all(
    installation: Installation, visitor: Client, path: str
) -> None:
    status, headers, _ = served("GET", path)
    expected = visitor.get(path)
    assert status == expected.status_code
    assert headers.get("Location") == expected.headers.get("Location")


def test_the_part_is_in_the_order_of_the_whole_and_has_no_further_hooks() -> None:
    part = settings.PUBLIC_MIDDLEWARE
    assert part == [path for path in settings.MIDDLEWARE if path in part]
    hooks = ("process_view", "process_template_response", "process_exception")
    for path in part:
        assert not [hook for hook in hooks if hasattr(import_string(path), hook)], path
