"""A link opens with whatever mail programs add to its end, and nothing else is redirected."""

from urllib.parse import quote

import pytest
from django.test import Client

from newsletter.core.tokens import Purpose, make_token

TOKEN = make_token(Purpose.UNSUBSCRIBE, 1)
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "added", [">", "/>", ">/", ")", "/).", ",", "»", "/\u201d", "&gt;", "]", "…"]
)
@pytest.mark.parametrize(
    ("path", "link"),
    [
        (f"/u/{TOKEN}", f"/u/{TOKEN}"),
        (f"/confirm/{TOKEN}", f"/confirm/{TOKEN}/"),
        (f"/uk/preferences/erase/{TOKEN}", f"/uk/preferences/erase/{TOKEN}/"),
        (f"/rsvp/{TOKEN}", f"/rsvp/{TOKEN}/"),
        (f"/read/{TOKEN}", f"/read/{TOKEN}/"),
    ],
)
def test_the_link_opens_without_what_was_added(
    client: Client, added: str, path: str, link: str
) -> None:
    for method in (client.get, client.head):
        answer = method(quote(path + added))
        assert (answer.status_code, answer["Location"]) == (302, link)


@pytest.mark.parametrize(
    "path",
    [
        f"/u/{TOKEN}",
        f"/u/{TOKEN}x",
        f"/u/{TOKEN[:-1]}>",
        f"/u/{TOKEN}é",
        f"/u/{TOKEN}%00",
        f"/{TOKEN}>",
        f"//evil.example/{TOKEN}>",
        f"/archive/{TOKEN}>",
        f"/rsvp/documents/{TOKEN}/3/",
        f"/preferences/receipt/{TOKEN}/consent.json",
    ],
)
def test_nothing_else_is_led_elsewhere(client: Client, path: str) -> None:
    assert client.get(path).status_code != 302


def test_a_form_is_not_led_elsewhere(client: Client) -> None:
    assert client.post(f"/u/{TOKEN}%3E").status_code != 302
