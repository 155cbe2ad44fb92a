"""TLS: a server is only spoken to when it is who it says."""

import socket
import ssl
import threading
from pathlib import Path

import pytest

from newsletter.states import Stream
from newsletter.transport.connections.transmit import close_all, dispatch_single
from newsletter.transport.results.result import Outcome
from tests.fakes import smtp_sink
from tests.fakes.smtp_sink import SmtpSink
from tests.newsletter.transport.conftest import MakeMessage, UseMailer


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_that_can_not_be_verified_stops_the_mail(
    certificate: Path,
    use_mailer: UseMailer,
    make_message: MakeMessage,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    trusted: bool,
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with smtp_sink.running(
        SmtpSink(password="secret"), tls=context, implicit=scheme == "smtps"
    ) as sink:
        use_mailer(f"{scheme}://convene:secret@127.0.0.1:{sink.port}?timeout=5")

        result = dispatch_single(make_message(), stream=Stream.BULK)
        close_all()

    assert result.outcome is (Outcome.ACCEPTED if trusted else Outcome.MISCONFIGURED), result
    assert len(sink.received) == trusted


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_that_hangs_up_while_tls_is_set_up_is_tried_later(
    use_mailer: UseMailer, make_message: MakeMessage, scheme: str
) -> None:
    """As one that restarts does, or a balancer that has no server just now."""

    def hang_up() -> None:
        with listening.accept()[0] as server:
            if scheme == "smtp":
                server.sendall(b"220 here\r\n")
                server.recv(1000)
                server.sendall(b"250-here\r\n250 STARTTLS\r\n")
                server.recv(1000)
                server.sendall(b"220 go ahead\r\n")
            server.recv(10_000)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        hanging_up = threading.Thread(target=hang_up)
        hanging_up.start()
        use_mailer(f"{scheme}://127.0.0.1:{listening.getsockname()[1]}?timeout=5")

        result = dispatch_single(make_message(), stream=Stream.BULK)
        hanging_up.join()

    assert (result.outcome, result.mailer_wide) == (Outcome.LATER, True)
