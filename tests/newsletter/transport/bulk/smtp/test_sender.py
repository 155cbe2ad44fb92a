"""The sender over SMTP, while all is well."""

import smtplib
from contextlib import closing

import pytest
from celery.signals import worker_process_shutdown

from newsletter import tasks  # noqa: F401 - hears the signal
from newsletter.transport.bulk import senders
from newsletter.transport.results.result import Outcome, Result
from tests.fakes import scripted_smtp
from tests.fakes.scripted_smtp import ScriptedSmtp
from tests.newsletter.transport.bulk.smtp.conftest import KINDS, Send, outcomes
from tests.newsletter.transport.sample_messages import many, recipient


@pytest.mark.thorough(sample=8)
@pytest.mark.parametrize("number", [1, 2, 30])
@pytest.mark.parametrize("connections", [1, 4])
def test_each_gets_their_own_once(
    server: ScriptedSmtp, send: Send, number: int, connections: int
) -> None:
    dispatch = send(server, many(number), options=f"connections={connections}")

    assert outcomes(dispatch) == [Outcome.ACCEPTED] * number
    assert dispatch.results[0] == Result(Outcome.ACCEPTED, mailer="smtp")
    assert sorted(server.recipients) == sorted(f"{key}@example.nz" for key in range(number))


def test_content_and_the_next_envelope_leave_in_one_write(
    pipelining: ScriptedSmtp, send: Send
) -> None:
    send(pipelining, many(3))

    ehlo, first, second, third, last = pipelining.reads[:5]
    assert first.startswith(b"MAIL FROM:<news@lists.example.org> SIZE=")
    assert first.endswith(b"\r\nRCPT TO:<0@example.nz>\r\nDATA\r\n")
    for chunk, following in ((second, 1), (third, 2)):
        assert chunk.startswith(b"MIME-Version: 1.0\r\n")
        assert chunk.endswith(b"RCPT TO:<%d@example.nz>\r\nDATA\r\n" % following)
    assert last.endswith(b"\r\n.\r\n")


def test_a_chunk_and_the_next_envelope_leave_in_one_write(send: Send) -> None:
    with scripted_smtp.running(ScriptedSmtp(offers=KINDS["chunking"])) as server:
        send(server, many(2))
        senders.close_all()

    ehlo, first, second, last = server.reads[:4]
    assert first.endswith(b"\r\nRCPT TO:<0@example.nz>\r\n")
    assert second.startswith(b"BDAT ")
    assert second.endswith(b"RCPT TO:<1@example.nz>\r\n")
    assert last.startswith(b"BDAT ")


def test_the_size_is_told_exactly(server: ScriptedSmtp, send: Send) -> None:
    send(server, many(1))

    [got] = server.accepted
    assert got.options == [f"SIZE={len(got.raw)}"]


def test_a_bounce_comes_back_to_a_mailbox_that_names_the_message(
    server: ScriptedSmtp, send: Send
) -> None:
    send(server, many(3), options="connections=1&return_path=bounces@lists.example.org")

    assert [got.sender for got in server.accepted] == [
        f"bounces+r3f{key}@lists.example.org" for key in range(3)
    ]
    assert all(
        got.message["From"] == "Interparliamentary Taskforce <news@lists.example.org>"
        for got in server.accepted
    )


def test_no_more_connections_are_made_than_there_is_work_for(
    server: ScriptedSmtp, send: Send
) -> None:
    send(server, many(5), options="connections=8")

    assert server.connections == 1


def test_connections_stay_open_for_the_next_batch(server: ScriptedSmtp, send: Send) -> None:
    for _ in range(3):
        send(server, many(2))

    assert server.connections == 1
    assert len(server.accepted) == 6


def test_lines_that_are_dots_arrive_as_they_were(server: ScriptedSmtp, send: Send) -> None:
    one = recipient(
        values={"full_name": ".\r\n."}, to="jürgen@example.nz"
    )  # built by the book, with dots as they are

    send(server, [one, *many(1, values={"full_name": "."})])

    assert len(server.accepted) == 2
    for got in server.accepted:
        body = got.message.get_body(("plain",))
        assert body is not None
        assert body.get_content().startswith("Dear .")


@pytest.mark.parametrize("size", [1, 3])
def test_answers_that_come_in_pieces_are_put_together(
    server: ScriptedSmtp, send: Send, size: int
) -> None:
    server.bytes_at_a_time = size
    server.answers["MAIL"] = ["250-2.1.0 OK\n250-and so on\n250 2.1.0 really"]

    assert (
        outcomes(send(server, many(4), options="connections=1&timeout=5")) == [Outcome.ACCEPTED] * 4
    )


def test_a_worker_that_ends_says_goodbye_to_the_server(send: Send) -> None:
    with scripted_smtp.running(ScriptedSmtp()) as server:
        send(server, many(2))
        worker_process_shutdown.send(sender=None)
        with closing(smtplib.SMTP("127.0.0.1", server.port, timeout=5)) as another:
            another.ehlo()  # once this is answered, the server has read what came before

    assert "QUIT" in server.commands
