"""Websites on loopback that answer with any bytes, or with none."""

import contextlib
import datetime
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

type Behaviour = Callable[[socket.socket, str], None]
"""Takes a connection and the request's first lines, and answers."""


@dataclass
class Site:
    """A running website.

    Attributes:
        requests: each request that came, as its bytes were.
    """

    port: int
    requests: list[str] = field(default_factory=list)


@contextmanager
def serve(behaviour: Behaviour, *, tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Serve one connection after another in threads of their own."""
    server = socket.create_server(("127.0.0.1", 0))
    site = Site(server.getsockname()[1])
    opened: list[socket.socket] = []

    def handle(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            spoken = tls.wrap_socket(connection, server_side=True) if tls else connection
            opened.append(spoken)
            head = b""
            while b"\r\n\r\n" not in head and (more := spoken.recv(4096)):
                head += more
            start, _, body = head.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: ([0-9]+)", start)
            while length and len(body) < int(length[1]) and (more := spoken.recv(4096)):
                head, body = head + more, body + more
            site.requests.append(head.decode("latin-1"))
            behaviour(spoken, site.requests[-1])
            spoken.close()

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                opened.append(connection)
                threading.Thread(target=handle, args=[connection], daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        for each in opened:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        thread.join()


def says(answer: bytes) -> Behaviour:
    """Answer each request with the same bytes."""
    return lambda connection, _head: connection.sendall(answer)


def leads_to(location: str, status: str = "302 Found") -> bytes:
    """Return a redirect."""
    head = f"HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    return head.encode()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def repeats(start: bytes, again: bytes) -> Behaviour:
    """Answer without end, until the other side has gone."""

    def answer(connection: socket.socket, _head: str) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(again)

    return answer


def drips(start: bytes, again: bytes, pause: float) -> Behaviour:
    """Answer without end, and slowly."""

    def answer(connection: socket.socket, _head: str) -> None:
        connection.sendall(start)
        waiting = threading.Event()
        while not waiting.wait(pause):
            connection.sendall(again)

    return answer


def hangs(connection: socket.socket, _head: str) -> None:
    """Never answer: wait until the other side has gone."""
    connection.recv(1)


class Authority:
    """An authority of its own, whose certificates are made as they are needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of this test")])
        own = self._signed(self._name, self._key, days=1).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.path = folder / "authority.pem"
        self.path.write_bytes(
            own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )

    def context(self, host: str, *, days: int = 1) -> ssl.SSLContext:
        """Return TLS of a server for `host`.

        Args:
            days: until its certificate ends; negative: it has ended.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        try:
            named: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            named = x509.DNSName(host)
        certificate = (
            self._signed(subject, key, days=days)
            .add_extension(x509.SubjectAlternativeName([named]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        path = self._folder / f"{host}{days}.pem"
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

    def _signed(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, days: int
    ) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=30))
            .not_valid_after(now + datetime.timedelta(days=days))
        )
