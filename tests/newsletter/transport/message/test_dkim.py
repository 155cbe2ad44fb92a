"""Our signatures hold where somebody verifies them: here dkimpy, with the key from DNS."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from newsletter.states import Stream
from newsletter.transport.bulk import senders
from newsletter.transport.config.mailer_options import MailerUrlError
from newsletter.transport.connections.transmit import close_all, dispatch_single
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from newsletter.transport.results.result import Outcome
from tests.fakes import scripted_smtp
from tests.fakes.dkim_key import KEYS, PEM, Key
from tests.fakes.scripted_smtp import ScriptedSmtp
from tests.newsletter.transport.bulk.smtp.conftest import send_to
from tests.newsletter.transport.conftest import MakeMessage, UseMailer
from tests.newsletter.transport.sample_messages import many, recipient

SIGNED = (
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"),
    *("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"),
)


@pytest.fixture(params=KEYS)
def key(request: pytest.FixtureRequest, tmp_path: Path) -> Key:
    return Key(tmp_path, request.param)


def url(server: ScriptedSmtp, key: Key) -> str:
    options = f"dkim_domain=lists.example.org&dkim_selector=convene&dkim_key={key.path}"
    return f"smtp+plain://127.0.0.1:{server.port}?timeout=5&connections=1&{options}"


def test_a_campaigns_messages_are_signed(key: Key, use_mailer: UseMailer, tmp_path: Path) -> None:
    with scripted_smtp.running(ScriptedSmtp()) as server:
        use_mailer(url(server, key))
        by_the_book = recipient(key=9, to="jürgen@example.nz")
        send_to([*many(3), by_the_book], tmp_path)
        senders.close_all()

    assert len(server.accepted) == 4
    for got in server.accepted:
        assert key.verifies(got.raw)
        assert not key.verifies(got.raw.replace(b"Dear", b"Oh dear"))
        for name in SIGNED:
            start = f"\r\n{name}: ".encode()
            assert not key.verifies(got.raw.replace(start, start + b"x", 1)), name
        assert not key.verifies(b"From: eve@evil.example\r\n" + got.raw)


def test_single_messages_are_signed(
    key: Key, use_mailer: UseMailer, make_message: MakeMessage
) -> None:
    with scripted_smtp.running(ScriptedSmtp()) as server:
        use_mailer(url(server, key))
        result = dispatch_single(
            make_message(subject="Grüße " * 30, text=".\n\n.\n\n\n"), stream=Stream.TRANSACTIONAL
        )
        close_all()

    assert result.outcome is Outcome.ACCEPTED
    [got] = server.accepted
    assert key.verifies(got.raw)


@pytest.mark.parametrize(
    "made",
    [ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 1024)],
    ids=["elliptic", "short"],
)
def test_a_key_that_nobody_would_verify_stops_the_start(
    made: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    path = tmp_path / "dkim.pem"
    path.write_bytes(made.private_bytes(*PEM))

    with pytest.raises(
        MailerUrlError, match="its key is neither RSA of 2048 bits or more, nor Ed25519"
    ):
        parse_mailer_url(
            f"smtp://mail.example.org?dkim_domain=example.org&dkim_selector=a&dkim_key={path}"
        )
