"""A mail server for the transactional mailer."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from newsletter.transport.connections.transmit import close_all
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from tests.fakes import smtp_sink
from tests.fakes.smtp_sink import SmtpSink


@pytest.fixture
def sink(settings: Settings) -> Iterator[SmtpSink]:
    """The mail server that the transactional mailer sends to."""
    with smtp_sink.running(SmtpSink()) as running:
        mailer = parse_mailer_url(f"smtp+plain://127.0.0.1:{running.port}?timeout=0.5")
        settings.MAILERS = {"transactional": {"BACKEND": mailer.backend, "OPTIONS": mailer.options}}
        yield running
        close_all()
