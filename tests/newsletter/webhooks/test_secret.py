"""The secret of webhooks: where it may stand, and what counts as none."""

import base64

import pytest
from pytest_django.fixtures import Settings

from newsletter.webhooks.secret import is_the_secret, offered_secret

SECRET = "a-webhook-secret-of-tests-that-is-long-enough"


def basic(credentials: bytes) -> str:
    return f"Basic {base64.b64encode(credentials).decode()}"


@pytest.mark.parametrize(
    ("query", "authorization"),
    [
        (f"secret={SECRET}", ""),
        (f"a=b&secret={SECRET}&secret=another", "Bearer x"),
        (f"secret={SECRET}", basic(b"anybody:another")),
        ("", basic(f"anybody:{SECRET}".encode())),
        ("", basic(f":{SECRET}".encode()).replace("Basic ", "basic   ")),
    ],
)
def test_the_secret_is_in_the_address_or_the_password(query: str, authorization: str) -> None:
    assert offered_secret(query, authorization) == SECRET


@pytest.mark.parametrize(
    ("query", "authorization"),
    [
        ("", ""),
        ("secret=", ""),
        ("", "Basic"),
        ("", "Basic ???"),
        ("", f"Bearer {SECRET}"),
        ("", basic(b"\xff:\xff")),
        ("", basic(SECRET.encode())),
    ],
)
def test_what_is_broken_offers_none(query: str, authorization: str) -> None:
    assert offered_secret(query, authorization) == ""


def test_only_the_whole_secret_is_right(settings: Settings) -> None:
    settings.WEBHOOK_SECRET = SECRET
    assert is_the_secret(SECRET)
    for wrong in ("", SECRET[:-1], f"{SECRET}x", SECRET.upper(), "ÿ"):
        assert not is_the_secret(wrong)


def test_while_no_secret_is_set_nothing_is_right(settings: Settings) -> None:
    settings.WEBHOOK_SECRET = ""
    assert not is_the_secret("")
