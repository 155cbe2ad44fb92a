"""Downloading one's data: by a link of its own, by a pressed button, and not too often."""

import json

import pytest
from django.test import Client

from newsletter.core.tokens import Purpose, make_expiring_token
from newsletter.models import Brand, TransactionalMessage
from subscribers.consent.urls_in_mail import manage_url
from subscribers.models import Subscriber
from subscribers.people.erase import erase


@pytest.fixture
def path(brand: Brand, ada: Subscriber) -> str:
    return f"/preferences/download/{make_expiring_token(Purpose.DOWNLOAD, ada.pk)}/"


def test_the_link_is_mailed_from_the_preferences(
    client: Client, brand: Brand, ada: Subscriber
) -> None:
    manage = "/" + manage_url(ada).split("/", 3)[3]
    page = client.post(manage, {"action": "download"}).content.decode()
    assert "Check your email" in page
    [message] = TransactionalMessage.objects.all()
    assert (message.kind, message.to) == ("download_link", ada.email)
    link = next(word for word in message.text.split() if "/preferences/download/" in word)
    assert client.get("/" + link.split("/", 3)[3]).status_code == 200


def test_opening_the_page_shows_nothing_and_its_buttons_give_the_files(
    client: Client, path: str, ada: Subscriber
) -> None:
    page = client.get(path).content.decode()
    assert "a…@e…" in page
    assert not [word for word in ("ada@", "Lovelace", "Auckland") if word in page]
    for ending, kind in (("json", "application/json"), ("html", "text/html")):
        answer = client.post(path, {"format": ending})
        assert answer.status_code == 200
        assert answer["Content-Type"] == f"{kind}; charset=utf-8"
        assert answer["Content-Disposition"].startswith('attachment; filename="your-data-')
        assert answer["Content-Disposition"].endswith(f'.{ending}"')
        assert "no-store" in answer["Cache-Control"]
        assert "Lovelace" in answer.content.decode()
    content = json.loads(client.post(path).content)
    assert content["tables"]["subscriber"][0]["full_name"] == "Ada Lovelace"


def test_a_link_can_be_used_again_within_its_hour_and_not_without_end(
    client: Client, path: str
) -> None:
    answers = [client.post(path).status_code for _ in range(12)]
    assert answers == [200] * 10 + [429] * 2
    assert "Try again later." in client.post(path).content.decode()
    assert client.get(path).status_code == 200


def test_nobody_who_was_erased_can_be_downloaded(
    client: Client, path: str, ada: Subscriber
) -> None:
    erase(ada.pk)
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 410
        assert "Lovelace" not in answer.content.decode()


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=" + b"x" * 3_000_000])
def test_a_body_that_is_no_form_gives_the_file_all_the_same_or_is_refused(
    client: Client, path: str, body: bytes
) -> None:
    answer = client.generic("POST", path, body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code in (200, 400, 413)
