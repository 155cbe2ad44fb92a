"""One connection to a mail server, below the state machine."""

import selectors
import socket
import ssl
import struct
import threading
from pathlib import Path

import pytest

from newsletter.transport.connections.smtp.backend import connect
from newsletter.transport.connections.smtp.connection import SmtpConnection
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

        assert connection.answers() == [(250, b"2.0.0 OK queued")]
        assert connection.has_ended
        connection.close()
