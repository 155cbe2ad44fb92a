"""Against a real mail server: what it says, and what we make of it."""

import os
import socket
import subprocess
import sys
from email import message_from_bytes, policy

import pytest

from newsletter.states import Stream
from newsletter.transport.connections.transmit import close_all, dispatch_single
from newsletter.transport.message.mime import REF_HEADER
from newsletter.transport.results.result import Outcome
from tests.fakes import smtp_sink
from tests.fakes.smtp_sink import DROP, HANG, SmtpSink
from tests.newsletter.transport.conftest import UNSUBSCRIBE_URL, MakeMessage, UseMailer


def test_a_message_arrives_with_its_headers_on_one_line_each(
    sink: SmtpSink, make_message: MakeMessage
) -> None:
    result = dispatch_single(make_message(), stream=Stream.BULK)

    assert result.outcome is Outcome.ACCEPTED
    assert result.mailer == "smtp"
    [got] = sink.received
    assert got.sender == "news@lists.example.org"
    assert got.recipients == ["ada@example.nz"]
    lines = got.raw.decode("ascii").split("\r\n")
    assert f"List-Unsubscribe: <{UNSUBSCRIBE_URL}>" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert 'List-Id: "Forums" <forums.localhost>' in lines
    assert "Feedback-ID: 7:forums:bulk:convene" in lines
    assert "Auto-Submitted: auto-generated" in lines
    assert f"{REF_HEADER}: r3f" in lines
    assert "Message-ID: <r3f@localhost>" in lines
    assert got.message["To"] == "Ada Lovelace <ada@example.nz>"
    assert got.message["Reply-To"] == "office@example.org"
    assert [part.get_content_type() for part in got.message.iter_parts()] == [
        "text/plain",
        "text/html",
    ]


def test_a_single_messages_bounce_comes_back_to_a_mailbox_that_names_it(
    sink: SmtpSink, use_mailer: UseMailer, make_message: MakeMessage
) -> None:
    use_mailer(f"smtp+plain://127.0.0.1:{sink.port}?return_path=bounces@lists.example.org")

    dispatch_single(make_message(), stream=Stream.TRANSACTIONAL)

    assert [got.sender for got in sink.received] == ["bounces+r3f@lists.example.org"]


def test_one_connection_serves_many_messages(sink: SmtpSink, make_message: MakeMessage) -> None:
    for _ in range(5):
        assert dispatch_single(make_message(), stream=Stream.BULK).outcome is Outcome.ACCEPTED

    assert len(sink.received) == 5
    assert sink.connections == 1


def test_lines_that_are_dots_arrive_as_they_were(sink: SmtpSink, make_message: MakeMessage) -> None:
    dispatch_single(
        make_message(text=".\n..\n.\nMAIL FROM:<evil@example.com>\n", html=""), stream=Stream.BULK
    )

    [got] = sink.received
    assert (
        got.message.get_content().replace("\r\n", "\n")
        == ".\n..\n.\nMAIL FROM:<evil@example.com>\n"
    )


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.1.1 <ada@example.nz> no such user", Outcome.REFUSED),
        ("553 5.1.3 bad address syntax", Outcome.REFUSED),
        ("552 5.2.2 mailbox full", Outcome.REFUSED),
        ("550 5.7.1 we don't like this sender's tone", Outcome.REFUSED),
        ("554 5.7.1 <ada@example.nz>: Relay access denied", Outcome.MISCONFIGURED),
        ("530 5.7.0 Authentication required", Outcome.MISCONFIGURED),
        ("450 4.2.1 greylisted, come back", Outcome.LATER),
        ("452 4.5.3 too many recipients", Outcome.LATER),
    ],
)
def test_the_answer_to_the_recipient_decides(
    sink: SmtpSink, make_message: MakeMessage, answer: str, outcome: Outcome
) -> None:
    sink.rcpt_answers = [answer]

    result = dispatch_single(make_message(), stream=Stream.BULK)

    assert result.outcome is outcome
    assert result.reason.startswith(answer[:3])
    assert "ada@example.nz" not in result.reason
    assert sink.received == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.7.1 sender rejected", Outcome.MISCONFIGURED),
        ("552 5.3.4 message size exceeds limit", Outcome.REFUSED),
        ("451 4.3.0 try again", Outcome.LATER),
    ],
)
def test_the_answer_to_the_sender_blames_no_subscriber(
    sink: SmtpSink, make_message: MakeMessage, answer: str, outcome: Outcome
) -> None:
    sink.mail_answers = [answer]

    assert dispatch_single(make_message(), stream=Stream.BULK).outcome is outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("554 5.7.1 looks like spam", Outcome.REFUSED),
        ("552 5.2.3 too big", Outcome.REFUSED),
        ("451 4.3.0 queue full", Outcome.LATER),
        ("421 4.3.2 shutting down", Outcome.LATER),
    ],
)
def test_the_answer_to_the_content_decides(
    sink: SmtpSink, make_message: MakeMessage, answer: str, outcome: Outcome
) -> None:
    sink.data_answers = [answer]

    assert dispatch_single(make_message(), stream=Stream.BULK).outcome is outcome


def test_after_a_refusal_the_connection_serves_the_next_message(
    sink: SmtpSink, make_message: MakeMessage
) -> None:
    sink.rcpt_answers = ["550 5.1.1 no such user"]

    assert dispatch_single(make_message(), stream=Stream.BULK).outcome is Outcome.REFUSED
    assert dispatch_single(make_message(), stream=Stream.BULK).outcome is Outcome.ACCEPTED

    assert sink.connections == 1


@pytest.mark.thorough(sample=1)
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("answer", [HANG, DROP])
@pytest.mark.parametrize("took_it", [True, False])
def test_no_answer_after_the_content_is_unknown_whatever_happened(
    sink: SmtpSink, make_message: MakeMessage, answer: str, took_it: bool
) -> None:
    sink.data_answers, sink.keep_before_data_answer = [answer], took_it

    result = dispatch_single(make_message(), stream=Stream.BULK)

    assert result.outcome is Outcome.UNKNOWN
    assert len(sink.received) == took_it
    assert dispatch_single(make_message(), stream=Stream.BULK).outcome is Outcome.ACCEPTED


def test_a_held_connection_that_was_cut_is_renewed_once(
    sink: SmtpSink, make_message: MakeMessage
) -> None:
    assert dispatch_single(make_message(), stream=Stream.BULK).outcome is Outcome.ACCEPTED
    sink.mail_answers = [DROP]

    assert dispatch_single(make_message(), stream=Stream.BULK).outcome is Outcome.ACCEPTED

    assert len(sink.received) == 2
    assert sink.connections == 2


def test_a_server_that_ends_the_session_is_asked_again_on_a_new_one(
    sink: SmtpSink, make_message: MakeMessage
) -> None:
    sink.mail_answers = ["421 4.7.0 too many messages in this session"]

    assert dispatch_single(make_message(), stream=Stream.BULK).outcome is Outcome.ACCEPTED
    assert sink.connections == 2


def test_a_server_that_cuts_before_the_content_every_time_has_surely_not_sent(
    sink: SmtpSink, make_message: MakeMessage
) -> None:
    sink.rcpt_answers = [DROP, DROP]

    assert dispatch_single(make_message(), stream=Stream.BULK).outcome is Outcome.LATER
    assert sink.received == []


@pytest.mark.thorough
@pytest.mark.usefixtures("impatient")
def test_a_server_that_hangs_before_the_content_has_surely_not_sent(
    sink: SmtpSink, make_message: MakeMessage
) -> None:
    sink.rcpt_answers = [HANG, HANG]

    assert dispatch_single(make_message(), stream=Stream.BULK).outcome is Outcome.LATER
    assert dispatch_single(make_message(), stream=Stream.BULK).outcome is Outcome.ACCEPTED


def test_where_nobody_listens_it_is_tried_later(
    use_mailer: UseMailer, make_message: MakeMessage
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        use_mailer(f"smtp+plain://127.0.0.1:{taken.getsockname()[1]}?timeout=0.5")

        result = dispatch_single(make_message(), stream=Stream.BULK)

    assert result.outcome is Outcome.LATER


def test_a_server_that_never_greets_is_tried_later(
    use_mailer: UseMailer, make_message: MakeMessage
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        use_mailer(f"smtp+plain://127.0.0.1:{silent.getsockname()[1]}?timeout=0.3")

        assert dispatch_single(make_message(), stream=Stream.BULK).outcome is Outcome.LATER


def test_a_wrong_password_is_our_configuration(
    use_mailer: UseMailer, make_message: MakeMessage
) -> None:
    with smtp_sink.running(SmtpSink(password="right")) as sink:
        use_mailer(f"smtp+plain://convene:wrong@127.0.0.1:{sink.port}?timeout=2")
        refused = dispatch_single(make_message(), stream=Stream.BULK)
        use_mailer(f"smtp+plain://convene:right@127.0.0.1:{sink.port}?timeout=2")
        accepted = dispatch_single(make_message(), stream=Stream.BULK)
        close_all()

    assert refused.outcome is Outcome.MISCONFIGURED
    assert refused.reason.startswith("535")
    assert "wrong" not in refused.reason
    assert accepted.outcome is Outcome.ACCEPTED


def test_a_server_that_refuses_the_password_is_left_without_a_word(
    use_mailer: UseMailer, make_message: MakeMessage
) -> None:
    """The attempt after it would wait for its answer to a QUIT."""
    with smtp_sink.running(SmtpSink(password="right")) as sink:
        use_mailer(f"smtp+plain://convene:right@127.0.0.1:{sink.port}?timeout=2")
        sink.data_answers = ["421 4.3.2 shutting down"]
        assert dispatch_single(make_message(), stream=Stream.BULK).outcome is Outcome.LATER
        sink.password = "changed"
        refused = [dispatch_single(make_message(), stream=Stream.BULK) for _ in range(2)]
        close_all()

    assert [result.outcome for result in refused] == [Outcome.MISCONFIGURED] * 2
    assert sink.quits == 0


def test_without_starttls_no_password_and_no_message_leave(
    use_mailer: UseMailer, make_message: MakeMessage
) -> None:
    with smtp_sink.running(SmtpSink()) as sink:
        use_mailer(f"smtp://convene:secret@127.0.0.1:{sink.port}?timeout=2")

        result = dispatch_single(make_message(), stream=Stream.BULK)
        close_all()

    assert result.outcome is Outcome.MISCONFIGURED
    assert "STARTTLS" in result.reason
    assert sink.received == []


def test_plain_text_where_tls_was_expected_is_our_configuration(
    use_mailer: UseMailer, make_message: MakeMessage
) -> None:
    with smtp_sink.running(SmtpSink()) as sink:
        use_mailer(f"smtps://127.0.0.1:{sink.port}?timeout=2")

        assert dispatch_single(make_message(), stream=Stream.BULK).outcome is Outcome.MISCONFIGURED


def test_an_international_mailbox_is_written_to_where_the_server_can(
    sink: SmtpSink, make_message: MakeMessage
) -> None:
    result = dispatch_single(
        make_message(to="jürgen@xn--mller-kva.example", to_name="Jürgen", subject="Grüße"),
        stream=Stream.BULK,
    )

    assert result.outcome is Outcome.ACCEPTED
    [got] = sink.received
    assert got.recipients == ["jürgen@xn--mller-kva.example"]
    assert "SMTPUTF8" in got.options
    assert b"Subject: Gr\xc3\xbc\xc3\x9fe\r\n" in got.raw


def test_an_international_mailbox_is_refused_where_the_server_can_not(
    use_mailer: UseMailer, make_message: MakeMessage
) -> None:
    with smtp_sink.running(SmtpSink(), smtputf8=False) as sink:
        use_mailer(f"smtp+plain://127.0.0.1:{sink.port}?timeout=2")
        refused = dispatch_single(make_message(to="jürgen@example.de"), stream=Stream.BULK)
        accepted = dispatch_single(make_message(), stream=Stream.BULK)
        close_all()

    assert refused.outcome is Outcome.REFUSED
    assert "SMTPUTF8" in refused.reason
    assert accepted.outcome is Outcome.ACCEPTED


FORKING = """
import os, django
django.setup()
from newsletter.states import Stream
from newsletter.transport.message.envelope import OutgoingMessage
from newsletter.transport.connections.transmit import dispatch_single
fields = {
    "to": "ada@example.nz",
    "sender": "news@lists.example.org",
    "sender_name": "ITHT",
    "subject": "s",
    "html": "",
    "text": "t",
}
message = OutgoingMessage(**fields, headers={}, ref="r", message_id="<r@localhost>")
def send():
    # One write a line: `print` makes two where Python doesn't buffer, and the processes' lines mix.
    os.write(1, f"{dispatch_single(message, stream=Stream.BULK).outcome}\\n".encode())

send()
child = os.fork()
send()
if child:
    os.waitpid(child, 0)
"""


@pytest.mark.thorough
def test_a_forked_worker_makes_its_own_connection(sink: SmtpSink) -> None:
    """In a process of its own: this one has threads, and may not fork."""
    environment = {
        **os.environ,
        "BULK_MAILER_URL": f"smtp+plain://127.0.0.1:{sink.port}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }

    run = subprocess.run(
        [sys.executable, "-c", FORKING],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert run.stdout.split() == ["accepted"] * 3
    assert len(sink.received) == 3
    assert sink.connections == 2


def test_a_message_of_two_megabytes_in_long_lines_arrives(
    sink: SmtpSink, make_message: MakeMessage
) -> None:
    html = "<p>" + "ß" * 1_000_000 + "</p>"

    assert dispatch_single(make_message(html=html), stream=Stream.BULK).outcome is Outcome.ACCEPTED

    parsed = message_from_bytes(sink.received[0].raw, policy=policy.default)
    body = parsed.get_body(("html",))
    assert body is not None
    assert body.get_content().strip() == html
    assert max(len(line) for line in sink.received[0].raw.split(b"\r\n")) < 998
