"""Websites of other people under any host names, and our own behind the same address.

A browser that takes every name for this machine finds all of them on one port.
"""

import http.client
import ipaddress
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.fakes import tls_front

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class Website:
    """One page of another website, and what comes with it."""

    html: str
    headers: tuple[tuple[str, str], ...] = ()


@contextmanager
def serve(
    pages: Mapping[str, Website], *, ours: str, port: int, folder: Path, seen: list[str]
) -> Iterator[int]:
    """Serve websites over TLS, with a certificate that nobody has signed.

    Args:
        pages: host and path → the page there.
        ours: the host whose requests are passed on to `port` on this machine.
        folder: where certificate and key are kept.
        seen: is filled with the Cookie headers that `ours` was sent, "" for none.

    Yields:
        The port on 127.0.0.1.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def _answer(self) -> None:
            host = self.headers["Host"]
            if host == ours:
                self._pass_on()
                return
            page = pages.get(host + self.path.partition("?")[0])
            body = page.html.encode() if page else b"There is no such page."
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            for name, value in page.headers if page else ():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _pass_on(self) -> None:
            seen.append(self.headers.get("Cookie", ""))
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name != "Connection"}
            behind = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            behind.request(self.command, self.path, body, {**headers, "X-Forwarded-Proto": "https"})
            answer = behind.getresponse()
            content = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP_BY_HOP | {"content-length", "server", "date"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            behind.close()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with tls_front.in_front_of(server.server_port, _self_made(folder, ours)) as tls_port:
            yield tls_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _self_made(folder: Path, host: str) -> ssl.SSLContext:
    """Return a context for a server with a certificate of its own making."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    names = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "websites.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
