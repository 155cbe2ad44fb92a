"""For how long a mailer may be asked again under the same key."""

import uuid
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from newsletter.core.tokens import Purpose, make_token
from newsletter.transport.providers.idempotency import key_header, window_of
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from newsletter.transport.providers.registry import capabilities_of


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
def test_a_doubt_may_be_asked_about_while_the_provider_remembers_its_key(
    url: str, window: timedelta | None, settings: Settings
) -> None:
    settings.MAILER_SETTINGS = {"bulk": parse_mailer_url(url)}

    assert window_of("news") == window
    assert window_of("another") is None


@pytest.mark.parametrize("provider", ["brevo", "resend"])
def test_the_key_of_a_message_outlives_a_new_link_key_and_is_nobody_else_s(
    provider: str, settings: Settings
) -> None:
    def key(delivery: int) -> str:
        [value] = key_header(
            make_token(Purpose.DELIVERY, delivery), capabilities_of(provider)
        ).values()
        return value

    before, others = key(7), {key(8), key(7 + 2**32)}
    settings.LINK_KEYS = ["a-newer-key-that-is-long-enough-to-be-taken", *settings.LINK_KEYS]
    assert key(7) == before
    settings.LINK_KEYS = ["the-key-of-another-installation-with-this-account"]
    assert len({before, key(7), *others}) == 4


def test_a_key_has_the_form_that_its_provider_wants() -> None:
    assert len(key_header("r3f", capabilities_of("resend"))["Idempotency-Key"]) == 64
    assert uuid.UUID(key_header("r3f", capabilities_of("brevo"))["idempotencyKey"])
    assert key_header("r3f", capabilities_of("mailgun")) == {}
