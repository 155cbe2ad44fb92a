"""Messages and mailers for the tests of transport."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django.fixtures import Settings

from newsletter.transport.connections.transmit import close_all
from newsletter.transport.message.envelope import OutgoingMessage
from newsletter.transport.message.headers import (
    campaign_headers,
    list_id,
    message_id,
    unsubscribe_header,
)
from newsletter.transport.providers.mailer_urls import parse_mailer_url
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
        settings.MAILERS = {
            alias: {"BACKEND": mailer.backend, "OPTIONS": dict(mailer.options)} for alias in aliases
        }
        settings.MAILER_SETTINGS = dict.fromkeys(("transactional", "bulk"), mailer)

    close_all()
    yield use
    close_all()


@pytest.fixture
def make_message() -> MakeMessage:
    def make(**changes: Any) -> OutgoingMessage:
        shared = campaign_headers(
            list_id=list_id("forums"), list_name="Forums", feedback_id="7:forums:bulk:convene"
        )
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
def impatient() -> None:
    """Wait for answers for 1.5 seconds alone, in a test in which one doesn't come."""


@pytest.fixture
def seconds(request: pytest.FixtureRequest) -> float:
    """The seconds for which answers are waited for: more than a busy machine needs for one."""
    return 1.5 if "impatient" in request.fixturenames else 20.0


@pytest.fixture
def sink(use_mailer: UseMailer, seconds: float) -> Iterator[SmtpSink]:
    """A mail server that both streams use."""
    with smtp_sink.running(SmtpSink()) as running:
        use_mailer(f"smtp+plain://127.0.0.1:{running.port}?timeout={seconds}")
        yield running
        close_all()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    )
    builder = (
        builder.serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(1))
    )
    builder = builder.add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
    )
    signed = builder.sign(key, hashes.SHA256())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "server.pem"
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + secret)
    return path
