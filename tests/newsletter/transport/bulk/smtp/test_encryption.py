"""Campaigns over TLS, and by servers that want a password."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.rendering.merge import Splice
from newsletter.transport.bulk import senders
from newsletter.transport.results.result import Outcome
from tests.fakes import scripted_smtp, smtp_sink, tls_front
from tests.fakes.scripted_smtp import ScriptedSmtp
from tests.fakes.smtp_sink import DROP, HANG, SmtpSink
from tests.newsletter.transport.bulk.smtp.conftest import KINDS, outcomes, send_to
from tests.newsletter.transport.conftest import UseMailer
from tests.newsletter.transport.sample_messages import many, template


@pytest.fixture
def context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture(params=[(kind, 1) for kind in KINDS], ids=list(KINDS))
def encrypted(
    request: pytest.FixtureRequest,
    certificate: Path,
    context: ssl.SSLContext,
    use_mailer: UseMailer,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[ScriptedSmtp]:
    """A server behind TLS, whose certificate is trusted."""
    kind, timeout = request.param
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with (
        scripted_smtp.running(ScriptedSmtp(offers=KINDS[kind])) as server,
        tls_front.in_front_of(server.port, context) as port,
    ):
        use_mailer(f"smtps://127.0.0.1:{port}?timeout={timeout}&connections=2")
        yield server
        senders.close_all()
    assert server.faults == []


def test_each_gets_their_own_once(encrypted: ScriptedSmtp, tmp_path: Path) -> None:
    assert outcomes(send_to(many(30), tmp_path)) == [Outcome.ACCEPTED] * 30
    assert sorted(encrypted.recipients) == sorted(f"{key}@example.nz" for key in range(30))


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("silence", [HANG, DROP])
def test_before_the_content_a_broken_connection_is_renewed(
    encrypted: ScriptedSmtp, tmp_path: Path, silence: str
) -> None:
    encrypted.answers["RCPT"] = [silence]

    assert outcomes(send_to(many(3), tmp_path)) == [Outcome.ACCEPTED] * 3


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("silence", [HANG, DROP])
def test_no_answer_after_the_content_is_unknown(
    encrypted: ScriptedSmtp, tmp_path: Path, silence: str
) -> None:
    encrypted.to_content_for["1@example.nz"] = [silence]

    assert outcomes(send_to(many(3), tmp_path)) == [
        Outcome.ACCEPTED,
        Outcome.UNKNOWN,
        Outcome.ACCEPTED,
    ]


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize(
    "encrypted", [("pipelining", 25), ("chunking", 25)], ids=["dots", "chunks"], indirect=True
)
def test_a_message_that_the_system_takes_in_pieces_arrives_whole(
    encrypted: ScriptedSmtp, tmp_path: Path
) -> None:
    html = "<p>" + "ß" * 1_000_000 + "</p>"

    assert (
        outcomes(send_to(many(2, template=template(html=Splice.parse(html))), tmp_path))
        == [Outcome.ACCEPTED] * 2
    )
    for got in encrypted.accepted:
        body = got.message.get_body(("html",))
        assert body is not None
        assert body.get_content().strip() == html


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("is_trusted", [True, False], ids=["trusted", "not trusted"])
def test_a_certificate_that_can_not_be_verified_stops_the_mail(
    certificate: Path,
    context: ssl.SSLContext,
    use_mailer: UseMailer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    scheme: str,
    is_trusted: bool,
) -> None:
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with smtp_sink.running(
        SmtpSink(password="secret"), tls=context, implicit=scheme == "smtps"
    ) as sink:
        use_mailer(f"{scheme}://convene:secret@127.0.0.1:{sink.port}?timeout=5")
        dispatch = send_to(many(3), tmp_path)
        senders.close_all()

    assert outcomes(dispatch) == ([Outcome.ACCEPTED] * 3 if is_trusted else [Outcome.MISCONFIGURED])
    assert len(sink.received) == 3 * is_trusted


def test_a_wrong_password_is_our_configuration(use_mailer: UseMailer, tmp_path: Path) -> None:
    with smtp_sink.running(SmtpSink(password="right")) as sink:
        use_mailer(f"smtp+plain://convene:wrong@127.0.0.1:{sink.port}?timeout=2")
        dispatch = send_to(many(3), tmp_path)
        senders.close_all()

    assert outcomes(dispatch) == [Outcome.MISCONFIGURED]
    assert dispatch.results[0].reason.startswith("535")
    assert "wrong" not in dispatch.results[0].reason
    assert sink.received == []


def test_without_starttls_no_password_and_no_message_leave(
    use_mailer: UseMailer, tmp_path: Path
) -> None:
    with smtp_sink.running(SmtpSink()) as sink:
        use_mailer(f"smtp://convene:secret@127.0.0.1:{sink.port}?timeout=2")
        dispatch = send_to(many(3), tmp_path)
        senders.close_all()

    assert outcomes(dispatch) == [Outcome.MISCONFIGURED]
    assert "STARTTLS" in dispatch.results[0].reason
    assert sink.received == []
