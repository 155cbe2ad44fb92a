"""A mail server that says no: to one, or to everybody."""

import pytest

from newsletter.brand.sender_identity import SenderIdentity
from newsletter.transport.bulk import senders
from newsletter.transport.results.result import Outcome
from tests.fakes import scripted_smtp
from tests.fakes.scripted_smtp import ScriptedSmtp
from tests.newsletter.transport.bulk.smtp.conftest import Send, outcomes
from tests.newsletter.transport.sample_messages import many, recipient, template


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.1.1 <3@example.nz> no such user", Outcome.REFUSED),
        ("450 4.2.1 <3@example.nz> greylisted, come back", Outcome.LATER),
        ("550-5.1.1 no such\n550 5.1.1 user", Outcome.REFUSED),
    ],
    ids=["unknown", "greylisted", "in several lines"],
)
def test_one_that_is_refused_in_the_middle_holds_up_nobody(
    server: ScriptedSmtp, send: Send, answer: str, outcome: Outcome
) -> None:
    server.to_recipient["3@example.nz"] = [answer]

    dispatch = send(server, many(8))

    assert outcomes(dispatch) == [outcome if key == 3 else Outcome.ACCEPTED for key in range(8)]
    assert dispatch.results[3].reason.startswith(answer[:3])
    assert "3@example.nz" not in dispatch.results[3].reason
    assert not dispatch.results[3].mailer_wide
    assert sorted(server.recipients) == [f"{key}@example.nz" for key in range(8) if key != 3]
    assert server.connections == 1


def test_all_can_be_refused_and_the_connection_serves_on(server: ScriptedSmtp, send: Send) -> None:
    server.answers["RCPT"] = ["550 5.1.1 no such user"] * 4

    assert outcomes(send(server, many(5))) == [Outcome.REFUSED] * 4 + [Outcome.ACCEPTED]
    assert server.connections == 1


@pytest.mark.parametrize("number", [1, 2])
def test_nothing_is_delivered_where_data_is_granted_to_nobody(
    pipelining: ScriptedSmtp, send: Send, number: int
) -> None:
    pipelining.answers["RCPT"] = ["550 5.1.1 no such user"]
    pipelining.answers["DATA"] = ["354 go ahead all the same"]

    assert outcomes(send(pipelining, many(number))) == [Outcome.REFUSED] + [Outcome.ACCEPTED] * (
        number - 1
    )
    assert len(pipelining.accepted) == number - 1
    assert pipelining.connections == 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("554 5.7.1 looks like spam", Outcome.REFUSED),
        ("552 5.2.3 too big", Outcome.REFUSED),
        ("451 4.3.0 queue full", Outcome.LATER),
    ],
    ids=["spam", "size", "later"],
)
def test_the_answer_to_the_content_is_about_that_message(
    server: ScriptedSmtp, send: Send, answer: str, outcome: Outcome
) -> None:
    server.to_content_for["1@example.nz"] = [answer]

    dispatch = send(server, many(4))

    assert outcomes(dispatch) == [Outcome.ACCEPTED, outcome, Outcome.ACCEPTED, Outcome.ACCEPTED]
    assert not dispatch.results[1].mailer_wide
    assert server.connections == 1


@pytest.mark.parametrize("answer", ["451 4.3.0 try again", "450 no code"], ids=["code", "no code"])
def test_a_temporary_answer_to_data_is_about_that_message(
    pipelining: ScriptedSmtp, send: Send, answer: str
) -> None:
    pipelining.answers["DATA"] = [answer]

    assert outcomes(send(pipelining, many(3))) == [
        Outcome.LATER,
        Outcome.ACCEPTED,
        Outcome.ACCEPTED,
    ]
    assert pipelining.connections == 1


@pytest.mark.parametrize(
    ("command", "answer", "outcome"),
    [
        ("MAIL", "550 5.7.1 sender rejected", Outcome.MISCONFIGURED),
        ("MAIL", "451 4.3.0 try again", Outcome.LATER),
        ("RCPT", "554 5.7.1 Relay access denied", Outcome.MISCONFIGURED),
        ("CONTENT", "421 4.3.2 shutting down", Outcome.LATER),
    ],
    ids=["sender", "sender later", "relay", "shutting down"],
)
def test_what_would_meet_everybody_stops_the_batch(
    server: ScriptedSmtp, send: Send, command: str, answer: str, outcome: Outcome
) -> None:
    server.answers[command] = [answer] * 9

    dispatch = send(server, many(9))

    assert outcomes(dispatch) == [outcome]
    assert dispatch.result_on_mailer is not None
    assert dispatch.results[0].mailer_wide == (outcome is Outcome.LATER)
    assert server.accepted == []


def test_what_can_not_stand_in_a_header_is_refused_before_it_is_announced(
    server: ScriptedSmtp, send: Send
) -> None:
    hostile = recipient(key=7, to_name="Ada\r\nBcc: eve@evil.example")

    dispatch = send(server, [hostile, *many(2)])

    assert dispatch.results[7].outcome is Outcome.REFUSED
    assert sorted(server.recipients) == ["0@example.nz", "1@example.nz"]


def test_a_sender_that_can_not_stand_in_a_header_stops_the_batch(
    server: ScriptedSmtp, send: Send
) -> None:
    bad = template(
        sender=SenderIdentity(sender="news@lists.example.org", sender_name="a\nb", reply_to="")
    )

    dispatch = send(server, many(5, template=bad))

    assert outcomes(dispatch) == [Outcome.MISCONFIGURED]
    assert server.accepted == []


def test_an_international_mailbox_is_written_to_where_the_server_can(
    server: ScriptedSmtp, send: Send
) -> None:
    one = recipient(key=9, to="jürgen@xn--mller-kva.example", to_name="Jürgen")

    assert outcomes(send(server, [one])) == [Outcome.ACCEPTED]
    [got] = server.accepted
    assert got.recipients == ["jürgen@xn--mller-kva.example"]
    assert "SMTPUTF8" in got.options


def test_an_international_mailbox_is_refused_where_the_server_can_not(send: Send) -> None:
    with scripted_smtp.running(ScriptedSmtp(offers=("PIPELINING",))) as server:
        dispatch = send(server, [recipient(key=9, to="jürgen@example.de"), *many(2)])
        senders.close_all()

    assert outcomes(dispatch) == [Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.REFUSED]
    assert "SMTPUTF8" in dispatch.results[9].reason


def test_an_international_sender_is_no_recipients_fault_where_the_server_takes_none(
    send: Send,
) -> None:
    ours = template(
        sender=SenderIdentity(sender="büro@lists.example.org", sender_name="Office", reply_to="")
    )
    with scripted_smtp.running(ScriptedSmtp(offers=("PIPELINING",))) as server:
        dispatch = send(server, many(5, template=ours))
        senders.close_all()

    assert outcomes(dispatch) == [Outcome.MISCONFIGURED]
    assert server.accepted == []
