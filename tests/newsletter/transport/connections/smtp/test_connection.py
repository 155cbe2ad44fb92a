"""One connection to a mail server, below the state machine."""

import selectors
import smtplib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsletter.transport.connections.smtp.backend import connect
from newsletter.transport.connections.smtp.connection import SmtpConnection
from newsletter.transport.connections.smtp.pipeline import Job, Pipeline
from newsletter.transport.results.result import Outcome
from tests.newsletter.transport.conftest import UseMailer


def test_an_answer_counts_that_came_before_the_connection_broke(
    certificate: Path, use_mailer: UseMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    def greet_and_break() -> None:
        with context.wrap_socket(listening.accept()[0], server_side=True) as server:
            server.sendall(b"220 here\r\n")
            server.recv(1000)
            server.sendall(b"250 here\r\n")
            server.recv(1000)
            server.sendall(b"250 2.0.0 OK queued\r\n")
            server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        selectors.DefaultSelector() as selector,
    ):
        breaking = threading.Thread(target=greet_and_break)
        breaking.start()
        use_mailer(f"smtps://127.0.0.1:{listening.getsockname()[1]}?timeout=5")
        connection = SmtpConnection(connect("bulk"), selector, None)
        connection.send(b"NOOP\r\n")
        breaking.join()

        assert connection.replies() == [(250, b"2.0.0 OK queued")]
        assert connection.end
        connection.close()


@contextmanager
def talking_to(
    talk: Callable[[socket.socket], None], use_mailer: UseMailer
) -> Iterator[tuple[smtplib.SMTP, threading.Thread]]:
    """Connect to a server that greets, and then talks like this."""

    def greet_and_talk() -> None:
        with listening.accept()[0] as server:
            server.sendall(b"220 here\r\n")
            server.recv(1000)
            server.sendall(b"250-here\r\n250 PIPELINING\r\n")
            talk(server)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        talking = threading.Thread(target=greet_and_talk)
        talking.start()
        use_mailer(f"smtp+plain://127.0.0.1:{listening.getsockname()[1]}?timeout=5")
        yield connect("bulk"), talking
        talking.join()


def test_replies_count_that_came_in_front_of_something_that_is_none(use_mailer: UseMailer) -> None:
    def talk(server: socket.socket) -> None:
        server.recv(1000)
        server.sendall(b"250 2.0.0 OK queued\r\nnonsense\r\n250 of what?\r\n")

    with (
        selectors.DefaultSelector() as selector,
        talking_to(talk, use_mailer) as (server, talking),
    ):
        connection = SmtpConnection(server, selector, None)
        connection.send(b"NOOP\r\n")
        talking.join()

        assert connection.replies() == [(250, b"2.0.0 OK queued")]
        assert connection.end == "The mail server sent something that is no SMTP reply."
        connection.close()


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (b"552 5.3.4 message too big\r\n", Outcome.REFUSED),
        (b"452 4.3.1 no room\r\n", Outcome.LATER),
        (b"250 2.0.0 OK, without having read it\r\n", Outcome.UNKNOWN),
        (b"", Outcome.UNKNOWN),
    ],
    ids=["refused", "later", "accepted", "silent"],
)
def test_a_refusal_counts_that_came_before_all_of_the_content_could_be_sent(
    use_mailer: UseMailer, reply: bytes, outcome: Outcome
) -> None:
    def talk(server: socket.socket) -> None:
        server.recv(1000)
        server.sendall(b"250 OK\r\n250 OK\r\n354 go ahead\r\n")
        has_sent_some.wait()
        server.sendall(reply)

    has_sent_some = threading.Event()
    with (
        selectors.DefaultSelector() as selector,
        talking_to(talk, use_mailer) as (server, talking),
    ):
        pipeline = Pipeline[Job](server, selector, mailer="smtp", timeout=5.0)
        pipeline.start(Job("ada@example.nz", b"\r\n" * 10_000_000, "news@example.org"))
        pipeline.pump()
        while not pipeline.is_ready:
            selector.select(5)
            pipeline.hear()
        pipeline.begin()
        pipeline.pump()
        has_sent_some.set()
        talking.join()
        assert pipeline.connection.has_unsent
        pipeline.hear()

    [(_, result)] = pipeline.ended
    assert result.outcome is outcome
    assert not pipeline.is_open


def test_a_connection_can_be_closed_twice(use_mailer: UseMailer) -> None:
    """As after an interruption in the middle of the first time."""
    with (
        selectors.DefaultSelector() as selector,
        talking_to(lambda _: None, use_mailer) as (server, _),
    ):
        pipeline = Pipeline[Job](server, selector, mailer="smtp", timeout=5.0)
        pipeline.connection.close()
        pipeline.drop()

        assert not pipeline.is_open
        assert not selector.get_map()
