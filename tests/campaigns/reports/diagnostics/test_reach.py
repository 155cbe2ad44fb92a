"""Checks of mail servers and the bounce mailbox, over the network."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from time import monotonic

import pytest
from pytest_django.fixtures import Settings

from newsletter.transport.config.mailbox_url import parse_mailbox_url
from newsletter.transport.connections import reach
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from tests.campaigns.reports.diagnostics.findings import NOW, to_mend

pytestmark = pytest.mark.django_db


@contextlib.contextmanager
def server(greeting: bytes) -> Iterator[int]:
    """A server that says `greeting` to each client, or nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    kept.append(connection)
                    connection.sendall(greeting)

        kept: list[socket.socket] = []
        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
        for connection in kept:
            connection.close()


def smtp_at(port: int, settings: Settings) -> None:
    settings.MAILER_SETTINGS = dict.fromkeys(
        ("transactional", "bulk"), parse_mailer_url(f"smtp+plain://127.0.0.1:{port}")
    )


def nobody() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def test_a_mail_server_that_is_away_is_named(settings: Settings) -> None:
    smtp_at(port := nobody(), settings)
    assert to_mend("reach", now=NOW) == (
        f"The mail server 'smtp' at 127.0.0.1, port {port}, can't be reached: Connection refused."
    )


@pytest.mark.parametrize(
    ("greeting", "trouble"),
    [(b"220 here\r\n", ""), (b"SSH-2.0-OpenSSH\r\n", "it greets with 'SSH-2.0-OpenSSH'")],
)
def test_what_answers_must_be_a_mail_server(
    settings: Settings, greeting: bytes, trouble: str
) -> None:
    with server(greeting) as port:
        smtp_at(port, settings)
        assert to_mend("reach", now=NOW).endswith(f"{trouble}." if trouble else "")
        assert bool(to_mend("reach", now=NOW)) == bool(trouble)


def test_servers_that_hang_are_waited_for_together(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "SECONDS", 0.5)
    with server(b"") as one, server(b"") as another:
        settings.MAILER_SETTINGS = {
            "transactional": parse_mailer_url(f"smtp+plain://127.0.0.1:{one}"),
            "bulk": parse_mailer_url(f"smtp+plain://127.0.0.1:{another}"),
        }
        began = monotonic()
        said = to_mend("reach", now=NOW)
    assert said.count("no answer") == 2
    assert monotonic() - began < 60, "it came to an end"


@pytest.mark.parametrize(
    ("url", "greeting"),
    [
        ("imap+plain://me:hush@127.0.0.1:{}/INBOX", b"* OK\r\n"),
        ("pop3+plain://me:hush@127.0.0.1:{}", b"+OK\r\n"),
    ],
)
def test_a_bounce_mailbox_that_is_away_is_named(
    settings: Settings, url: str, greeting: bytes
) -> None:
    settings.BOUNCE_MAILBOX = parse_mailbox_url(url.format(nobody()))
    assert to_mend("reach", now=NOW).startswith("The bounce mailbox at 127.0.0.1, port ")
    assert "hush" not in to_mend("reach", now=NOW)
    with server(greeting) as port:
        settings.BOUNCE_MAILBOX = parse_mailbox_url(url.format(port))
        assert to_mend("reach", now=NOW) == ""
