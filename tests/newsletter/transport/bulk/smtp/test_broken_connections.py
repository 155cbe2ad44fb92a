"""A mail server that falls silent, hangs up or talks nonsense: what hadn't begun goes on, what had is in doubt."""

import pytest

from newsletter.transport.bulk import senders
from newsletter.transport.results.of_error import Verdict
from tests.fakes import scripted_smtp
from tests.fakes.scripted_smtp import RESET, ScriptedSmtp
from tests.fakes.smtp_sink import DROP, HANG
from tests.newsletter.transport.bulk.smtp.conftest import Carry, verdicts
from tests.newsletter.transport.emails import many


@pytest.mark.parametrize("silence", [HANG, DROP, RESET])
@pytest.mark.parametrize("takes", [True, False], ids=["taken", "not taken"])
def test_no_answer_after_the_content_is_unknown_whatever_happened(server: ScriptedSmtp, carry: Carry, silence: str, takes: bool) -> None:
    server.to_content_for["1@example.nz"], server.takes_without_answer = [silence], takes

    hand_over = carry(server, many(4))

    assert [verdict for verdict in verdicts(hand_over) if verdict is not Verdict.ACCEPTED] == [Verdict.UNKNOWN]
    assert hand_over.outcomes[1].verdict is Verdict.UNKNOWN
    assert set(hand_over.outcomes) == {0, 1, 2, 3}
    assert server.recipients.count("1@example.nz") == takes


@pytest.mark.parametrize("silence", [HANG, DROP, RESET, "421 4.7.0 too many messages in this session", "nonsense", "250-a\n550 b"])
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_before_the_content_a_broken_connection_is_renewed_once(carry: Carry, silence: str, command: str) -> None:
    with scripted_smtp.running(ScriptedSmtp()) as server:
        server.answers[command] = [silence]
        hand_over = carry(server, many(3))
        senders.close_all()

    assert verdicts(hand_over) == [Verdict.ACCEPTED] * 3
    assert server.connections == 2
    assert sorted(server.recipients) == ["0@example.nz", "1@example.nz", "2@example.nz"]


@pytest.mark.parametrize("silence", [HANG, DROP, RESET, "421 4.7.0 go away"])
def test_a_server_that_breaks_before_the_content_every_time_has_surely_not_sent(server: ScriptedSmtp, carry: Carry, silence: str) -> None:
    server.answers["RCPT"] = [silence] * 9

    hand_over = carry(server, many(9))

    assert verdicts(hand_over) == [Verdict.LATER]
    assert all(outcome.mailer_wide for outcome in hand_over.outcomes.values())
    assert server.accepted == []
    assert server.connections == 2


def test_a_server_that_closes_after_each_message_serves_all(server: ScriptedSmtp, carry: Carry) -> None:
    server.messages_per_connection = 1

    assert verdicts(carry(server, many(6))) == [Verdict.ACCEPTED] * 6
    assert server.connections == 6


def test_an_idle_connection_that_the_server_closed_is_renewed(server: ScriptedSmtp, carry: Carry) -> None:
    server.messages_per_connection = 2

    assert verdicts(carry(server, many(2))) == [Verdict.ACCEPTED] * 2
    assert verdicts(carry(server, many(2))) == [Verdict.ACCEPTED] * 2
    assert server.connections == 2


@pytest.mark.parametrize("nonsense", ["hello", "25", "999 what", "100 continue"])
def test_an_answer_that_is_none_leaves_the_message_in_doubt(server: ScriptedSmtp, carry: Carry, nonsense: str) -> None:
    server.answers["CONTENT"] = [nonsense]

    hand_over = carry(server, many(1))

    assert verdicts(hand_over) == [Verdict.UNKNOWN]


def test_two_doubts_stop_the_batch(server: ScriptedSmtp, carry: Carry) -> None:
    server.answers["CONTENT"] = [DROP] * 9

    hand_over = carry(server, many(9))

    assert verdicts(hand_over) == [Verdict.UNKNOWN] * 2


def test_where_nobody_listens_one_is_told_later_and_the_rest_nothing(carry: Carry) -> None:
    with scripted_smtp.running(ScriptedSmtp()) as server:
        pass

    hand_over = carry(server, many(20), options="connections=4")

    assert verdicts(hand_over) == [Verdict.LATER]
    assert hand_over.outcomes[0].mailer_wide


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ({"GREETING": ["554 5.7.1 go away"]}, Verdict.MISCONFIGURED),
        ({"GREETING": ["421 4.3.2 busy"]}, Verdict.LATER),
        ({"GREETING": [HANG]}, Verdict.LATER),
        ({"GREETING": [DROP]}, Verdict.LATER),
    ],
    ids=["refused", "busy", "silent", "dropped"],
)
def test_what_happens_at_the_greeting_is_about_the_mailer(
    pipelining: ScriptedSmtp, carry: Carry, answers: dict[str, list[str]], verdict: Verdict
) -> None:
    pipelining.answers = answers

    hand_over = carry(pipelining, many(3))

    assert verdicts(hand_over) == [verdict]
    assert hand_over.verdict_on_mailer is not None


def test_a_server_that_takes_fewer_connections_gets_all_over_those(pipelining: ScriptedSmtp, carry: Carry) -> None:
    pipelining.answers["GREETING"] = ["220 welcome", *["421 4.7.0 too many connections"] * 9]

    assert verdicts(carry(pipelining, many(40), options="connections=4")) == [Verdict.ACCEPTED] * 40


def test_a_connection_that_hangs_holds_up_no_other(pipelining: ScriptedSmtp, carry: Carry) -> None:
    """The silent one's message goes over another connection in the end, and is the last to do so."""
    pipelining.silent_connections = frozenset({1})

    hand_over = carry(pipelining, many(40), options="connections=4&timeout=1")

    assert verdicts(hand_over) == [Verdict.ACCEPTED] * 40
