"""What the web application makes of a request before Django reads it."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from config.wsgi import application, without_charset
from newsletter.models import Brand
from subscribers.consent.urls_in_mail import unsubscribe_url
from subscribers.models import Subscriber
from subscribers.states import SubscriptionStatus

CHARSETS = [
    "charset=hex",
    "charset=idna",
    "charset=undefined",
    "charset=nonsense",
    "charset=utf-16",
    "CharSet=utf-7",
    "charset*=utf-8''%00",
    "charset*=nonsense''x",
    "x*=nonsense''y",
]


@pytest.fixture(autouse=True)
def the_test_s_connection_stays_open(db: None) -> Iterator[None]:
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def answer(method: str, address: str, *, content_type: str, body: bytes = b"") -> int:
    """Return the status of the answer to a request, as gunicorn asks for it."""
    path, _, query = address.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "testserver",
        "wsgi.input": BytesIO(body),
    }
    setup_testing_defaults(environ)
    said: list[str] = []
    list(application(environ, lambda status, headers: said.append(status)))
    return int(said[0].split()[0])


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_page_is_shown_whatever_charset_is_named(brand: Brand, charset: str) -> None:
    for address in ("/archive/?language=en", "/subscribe/?topic=x", "/staff/login/?next=/staff/"):
        assert answer("GET", address, content_type=f"text/plain; {charset}") == 200


@pytest.mark.thorough(sample=10)
@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
def test_an_opt_out_counts_whatever_charset_is_named(
    ada: Subscriber, brand: Brand, kind: str, charset: str
) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'
    content_type = f"{kind}; {charset}"
    assert answer("POST", "/subscribe/", content_type=content_type, body=body) == 422
    path = "/" + unsubscribe_url(ada.subscriptions.get().pk).split("/", 3)[3]
    assert answer("POST", path, content_type=content_type, body=body) == 200
    assert ada.subscriptions.get().status == SubscriptionStatus.UNSUBSCRIBED


@pytest.mark.parametrize(
    ("content_type", "kept"),
    [
        ("", ""),
        ("application/json; charset=utf-8", "application/json"),
        ('multipart/form-data; charset=x; Boundary="a b"', 'multipart/form-data; Boundary="a b"'),
        ("text/plain;;=;charset", "text/plain"),
    ],
)
def test_the_boundary_is_the_one_parameter_that_is_kept(content_type: str, kept: str) -> None:
    assert without_charset(content_type) == kept
