"""A mail server that falls silent, hangs up or talks nonsense.

What hadn't begun goes on. What had is in doubt.
"""

import pytest

from newsletter.transport.bulk import senders
from newsletter.transport.results.result import Outcome
from tests.fakes import scripted_smtp
from tests.fakes.scripted_smtp import RESET, ScriptedSmtp
from tests.fakes.smtp_sink import DROP, HANG
from tests.newsletter.transport.bulk.smtp.conftest import Send, outcomes
from tests.newsletter.transport.sample_messages import many


@pytest.mark.thorough(sample=4)
@pytest.mark.parametrize("silence", [HANG, DROP, RESET])
@pytest.mark.parametrize("takes", [True, False], ids=["taken", "not taken"])
def test_no_answer_after_the_content_is_unknown_whatever_happened(
    server: ScriptedSmtp, send: Send, silence: str, takes: bool
) -> None:
    server.to_content_for["1@example.nz"], server.takes_without_answer = [silence], takes

    dispatch = send(server, many(4))

    assert [outcome for outcome in outcomes(dispatch) if outcome is not Outcome.ACCEPTED] == [
        Outcome.UNKNOWN
    ]
    assert dispatch.results[1].outcome is Outcome.UNKNOWN
    assert set(dispatch.results) == {0, 1, 2, 3}
    assert server.recipients.count("1@example.nz") == takes


@pytest.mark.thorough(sample=5)
@pytest.mark.parametrize(
    "silence",
    [HANG, DROP, RESET, "421 4.7.0 too many messages in this session", "nonsense", "250-a\n550 b"],
)
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_before_the_content_a_broken_connection_is_renewed_once(
    send: Send, silence: str, command: str
) -> None:
    with scripted_smtp.running(ScriptedSmtp()) as server:
        server.answers[command] = [silence]
        dispatch = send(server, many(3))
        senders.close_all()

    assert outcomes(dispatch) == [Outcome.ACCEPTED] * 3
    assert server.connections == 2
    assert sorted(server.recipients) == ["0@example.nz", "1@example.nz", "2@example.nz"]


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("silence", [HANG, DROP, RESET, "421 4.7.0 go away"])
def test_a_server_that_breaks_before_the_content_every_time_has_surely_not_sent(
    server: ScriptedSmtp, send: Send, silence: str
) -> None:
    server.answers["RCPT"] = [silence] * 9

    dispatch = send(server, many(9))

    assert outcomes(dispatch) == [Outcome.LATER]
    assert all(result.mailer_wide for result in dispatch.results.values())
    assert server.accepted == []
    assert server.connections == 2


def test_a_server_that_closes_after_each_message_serves_all(
    server: ScriptedSmtp, send: Send
) -> None:
    server.messages_per_connection = 1

    assert outcomes(send(server, many(6))) == [Outcome.ACCEPTED] * 6
    assert server.connections == 6


def test_an_idle_connection_that_the_server_closed_is_renewed(
    server: ScriptedSmtp, send: Send
) -> None:
    server.messages_per_connection = 2

    assert outcomes(send(server, many(2))) == [Outcome.ACCEPTED] * 2
    assert outcomes(send(server, many(2))) == [Outcome.ACCEPTED] * 2
    assert server.connections == 2


@pytest.mark.parametrize("nonsense", ["hello", "25", "999 what", "100 continue"])
def test_an_answer_that_is_none_leaves_the_message_in_doubt(
    server: ScriptedSmtp, send: Send, nonsense: str
) -> None:
    server.answers["CONTENT"] = [nonsense]

    dispatch = send(server, many(1))

    assert outcomes(dispatch) == [Outcome.UNKNOWN]


def test_an_answer_counts_that_came_in_front_of_nonsense(server: ScriptedSmtp, send: Send) -> None:
    server.answers["CONTENT"] = ["250 2.0.0 OK queued\nhello"]

    assert outcomes(send(server, many(3))) == [Outcome.ACCEPTED] * 3


def test_two_doubts_stop_the_batch(server: ScriptedSmtp, send: Send) -> None:
    server.answers["CONTENT"] = [DROP] * 9

    dispatch = send(server, many(9))

    assert outcomes(dispatch) == [Outcome.UNKNOWN] * 2


def test_where_nobody_listens_one_is_told_later_and_the_rest_nothing(send: Send) -> None:
    with scripted_smtp.running(ScriptedSmtp()) as server:
        pass

    dispatch = send(server, many(20), options="connections=4")

    assert outcomes(dispatch) == [Outcome.LATER]
    assert dispatch.results[0].mailer_wide


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"GREETING": ["554 5.7.1 go away"]}, Outcome.MISCONFIGURED),
        ({"GREETING": ["421 4.3.2 busy"]}, Outcome.LATER),
        ({"GREETING": [HANG]}, Outcome.LATER),
        ({"GREETING": [DROP]}, Outcome.LATER),
    ],
    ids=["refused", "busy", "silent", "dropped"],
)
def test_what_happens_at_the_greeting_is_about_the_mailer(
    pipelining: ScriptedSmtp, send: Send, answers: dict[str, list[str]], outcome: Outcome
) -> None:
    pipelining.answers = answers

    dispatch = send(pipelining, many(3))

    assert outcomes(dispatch) == [outcome]
    assert dispatch.result_on_mailer is not None


def test_a_server_that_takes_fewer_connections_gets_all_over_those(
    pipelining: ScriptedSmtp, send: Send
) -> None:
    pipelining.answers["GREETING"] = ["220 welcome", *["421 4.7.0 too many connections"] * 9]

    assert outcomes(send(pipelining, many(40), options="connections=4")) == [Outcome.ACCEPTED] * 40


def test_a_connection_that_hangs_holds_up_no_other(pipelining: ScriptedSmtp, send: Send) -> None:
    """The silent one's message goes over another connection in the end, as the last."""
    pipelining.silent_connections = frozenset({1})

    dispatch = send(pipelining, many(40), options="connections=4&timeout=1")

    assert outcomes(dispatch) == [Outcome.ACCEPTED] * 40
