"""A mail server that says no: to one, or to everybody."""

import pytest

from newsletter.transport.bulk import senders
from newsletter.transport.message.envelope import Sender
from newsletter.transport.results.of_error import Verdict
from tests.fakes import scripted_smtp
from tests.fakes.scripted_smtp import ScriptedSmtp
from tests.newsletter.transport.bulk.smtp.conftest import Carry, verdicts
from tests.newsletter.transport.emails import many, recipient, template


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("550 5.1.1 <3@example.nz> no such user", Verdict.REFUSED),
        ("450 4.2.1 <3@example.nz> greylisted, come back", Verdict.LATER),
        ("550-5.1.1 no such\n550 5.1.1 user", Verdict.REFUSED),
    ],
    ids=["unknown", "greylisted", "in several lines"],
)
def test_one_that_is_refused_in_the_middle_holds_up_nobody(server: ScriptedSmtp, carry: Carry, answer: str, verdict: Verdict) -> None:
    server.to_recipient["3@example.nz"] = [answer]

    hand_over = carry(server, many(8))

    assert verdicts(hand_over) == [verdict if key == 3 else Verdict.ACCEPTED for key in range(8)]
    assert hand_over.outcomes[3].reason.startswith(answer[:3])
    assert "3@example.nz" not in hand_over.outcomes[3].reason
    assert not hand_over.outcomes[3].mailer_wide
    assert sorted(server.recipients) == [f"{key}@example.nz" for key in range(8) if key != 3]
    assert server.connections == 1


def test_all_can_be_refused_and_the_connection_serves_on(server: ScriptedSmtp, carry: Carry) -> None:
    server.answers["RCPT"] = ["550 5.1.1 no such user"] * 4

    assert verdicts(carry(server, many(5))) == [Verdict.REFUSED] * 4 + [Verdict.ACCEPTED]
    assert server.connections == 1


@pytest.mark.parametrize("number", [1, 2])
def test_nothing_is_delivered_where_data_is_granted_to_nobody(pipelining: ScriptedSmtp, carry: Carry, number: int) -> None:
    pipelining.answers["RCPT"] = ["550 5.1.1 no such user"]
    pipelining.answers["DATA"] = ["354 go ahead all the same"]

    assert verdicts(carry(pipelining, many(number))) == [Verdict.REFUSED] + [Verdict.ACCEPTED] * (number - 1)
    assert len(pipelining.accepted) == number - 1
    assert pipelining.connections == 1


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("554 5.7.1 looks like spam", Verdict.REFUSED),
        ("552 5.2.3 too big", Verdict.REFUSED),
        ("451 4.3.0 queue full", Verdict.LATER),
    ],
    ids=["spam", "size", "later"],
)
def test_the_answer_to_the_content_is_about_that_message(server: ScriptedSmtp, carry: Carry, answer: str, verdict: Verdict) -> None:
    server.to_content_for["1@example.nz"] = [answer]

    hand_over = carry(server, many(4))

    assert verdicts(hand_over) == [Verdict.ACCEPTED, verdict, Verdict.ACCEPTED, Verdict.ACCEPTED]
    assert not hand_over.outcomes[1].mailer_wide
    assert server.connections == 1


@pytest.mark.parametrize("answer", ["451 4.3.0 try again", "450 no code"], ids=["code", "no code"])
def test_a_temporary_answer_to_data_is_about_that_message(pipelining: ScriptedSmtp, carry: Carry, answer: str) -> None:
    pipelining.answers["DATA"] = [answer]

    assert verdicts(carry(pipelining, many(3))) == [Verdict.LATER, Verdict.ACCEPTED, Verdict.ACCEPTED]
    assert pipelining.connections == 1


@pytest.mark.parametrize(
    ("command", "answer", "verdict"),
    [
        ("MAIL", "550 5.7.1 sender rejected", Verdict.MISCONFIGURED),
        ("MAIL", "451 4.3.0 try again", Verdict.LATER),
        ("RCPT", "554 5.7.1 Relay access denied", Verdict.MISCONFIGURED),
        ("CONTENT", "421 4.3.2 shutting down", Verdict.LATER),
    ],
    ids=["sender", "sender later", "relay", "shutting down"],
)
def test_what_would_meet_everybody_stops_the_batch(server: ScriptedSmtp, carry: Carry, command: str, answer: str, verdict: Verdict) -> None:
    server.answers[command] = [answer] * 9

    hand_over = carry(server, many(9))

    assert verdicts(hand_over) == [verdict]
    assert hand_over.verdict_on_mailer is not None
    assert hand_over.outcomes[0].mailer_wide == (verdict is Verdict.LATER)
    assert server.accepted == []


def test_what_can_not_stand_in_a_header_is_refused_before_it_is_announced(server: ScriptedSmtp, carry: Carry) -> None:
    hostile = recipient(key=7, to_name="Ada\r\nBcc: eve@evil.example")

    hand_over = carry(server, [hostile, *many(2)])

    assert hand_over.outcomes[7].verdict is Verdict.REFUSED
    assert sorted(server.recipients) == ["0@example.nz", "1@example.nz"]


def test_a_sender_that_can_not_stand_in_a_header_stops_the_batch(server: ScriptedSmtp, carry: Carry) -> None:
    bad = template(sender=Sender(sender="news@lists.example.org", sender_name="a\nb", reply_to=""))

    hand_over = carry(server, many(5, template=bad))

    assert verdicts(hand_over) == [Verdict.MISCONFIGURED]
    assert server.accepted == []


def test_an_international_mailbox_is_written_to_where_the_server_can(server: ScriptedSmtp, carry: Carry) -> None:
    one = recipient(key=9, to="jürgen@xn--mller-kva.example", to_name="Jürgen")

    assert verdicts(carry(server, [one])) == [Verdict.ACCEPTED]
    [got] = server.accepted
    assert got.recipients == ["jürgen@xn--mller-kva.example"]
    assert "SMTPUTF8" in got.options


def test_an_international_mailbox_is_refused_where_the_server_can_not(carry: Carry) -> None:
    with scripted_smtp.running(ScriptedSmtp(offers=("PIPELINING",))) as server:
        hand_over = carry(server, [recipient(key=9, to="jürgen@example.de"), *many(2)])
        senders.close_all()

    assert verdicts(hand_over) == [Verdict.ACCEPTED, Verdict.ACCEPTED, Verdict.REFUSED]
    assert "SMTPUTF8" in hand_over.outcomes[9].reason
