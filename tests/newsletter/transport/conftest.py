"""Messages and mailers for the tests of transport."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from newsletter.transport.envelope import OutgoingMessage
from newsletter.transport.headers import campaign_headers, list_id, message_id, unsubscribe_header
from newsletter.transport.mailer_url import parse_mailer_url
from newsletter.transport.mailers import close_all
from tests.fakes import smtp_sink
from tests.fakes.smtp_sink import SmtpSink

type UseMailer = Callable[[str], None]
type MakeMessage = Callable[..., OutgoingMessage]

UNSUBSCRIBE_URL = "https://lists.example.org/u/" + "x" * 120


@pytest.fixture
def use_mailer(settings: Settings) -> Iterator[UseMailer]:
    """Send both streams by the mailer of this URL."""

    def use(url: str) -> None:
        mailer = parse_mailer_url(url)
        aliases = ("default", "transactional", "bulk")
        settings.MAILERS = {alias: {"BACKEND": mailer.backend, "OPTIONS": dict(mailer.options)} for alias in aliases}
        settings.MAILER_SETTINGS = dict.fromkeys(("transactional", "bulk"), mailer)

    close_all()
    yield use
    close_all()


@pytest.fixture
def make_message() -> MakeMessage:
    def make(**changes: Any) -> OutgoingMessage:
        shared = campaign_headers(list_id=list_id("forums"), list_name="Forums", feedback_id="7:forums:bulk:convene")
        fields: dict[str, Any] = {
            "to": "ada@example.nz",
            "to_name": "Ada Lovelace",
            "sender": "news@lists.example.org",
            "sender_name": "Interparliamentary Taskforce",
            "reply_to": "office@example.org",
            "subject": "You are invited",
            "html": "<p>Welcome.</p>",
            "text": "Welcome.\n",
            "headers": shared | unsubscribe_header(UNSUBSCRIBE_URL),
            "ref": "r3f",
            "message_id": message_id("r3f"),
        }
        return OutgoingMessage(**{**fields, **changes})

    return make


@pytest.fixture
def sink(use_mailer: UseMailer) -> Iterator[SmtpSink]:
    """A mail server that both streams use. Answers are waited for half a second."""
    with smtp_sink.running(SmtpSink()) as running:
        use_mailer(f"smtp+plain://127.0.0.1:{running.port}?timeout=0.5")
        yield running
        close_all()
