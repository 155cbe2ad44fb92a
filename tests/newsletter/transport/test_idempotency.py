"""For how long a mailer may be asked again under the same key."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from newsletter.transport.capabilities import CAPABILITIES
from newsletter.transport.idempotency import key_header, window_of
from newsletter.transport.mailer_url import parse_mailer_url


@pytest.mark.parametrize(
    ("url", "window"),
    [
        ("resend://:key@?name=news", timedelta(hours=24)),
        ("brevo://:key@?name=news", timedelta(minutes=30)),
        ("brevo://:key@?name=news&batch=100", None),
        ("postmark://:token@?name=news", None),
        ("smtp+plain://127.0.0.1:1025?name=news", None),
        ("inbox://?name=news", None),
    ],
    ids=["resend", "brevo", "brevo-shares-calls", "postmark", "smtp", "inbox"],
)
def test_a_doubt_may_be_asked_about_while_the_provider_remembers_its_key(url: str, window: timedelta | None, settings: Settings) -> None:
    settings.MAILER_SETTINGS = {"bulk": parse_mailer_url(url)}

    assert window_of("news") == window
    assert window_of("another") is None


def test_the_key_of_a_message_never_changes() -> None:
    assert key_header("r3f", CAPABILITIES["resend"]) == {"Idempotency-Key": "r3f"}
    assert key_header("r3f", CAPABILITIES["brevo"]) == {"idempotencyKey": "d2389e16-8746-57b0-9edd-e2d803d6dd39"}
    assert key_header("r3f", CAPABILITIES["mailgun"]) == {}
