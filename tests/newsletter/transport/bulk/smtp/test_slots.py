"""Over SMTP nothing leaves that hasn't been allowed and noted."""

from pathlib import Path

import pytest

from newsletter.core.standstill import elapsed
from newsletter.transport.bulk import senders
from newsletter.transport.bulk.dispatch import Dispatch
from newsletter.transport.bulk.journal import Journal
from newsletter.transport.results.result import Outcome
from tests.fakes.scripted_smtp import ScriptedSmtp
from tests.fakes.smtp_sink import HANG
from tests.newsletter.transport.bulk.smtp.conftest import Send, outcomes
from tests.newsletter.transport.conftest import UseMailer
from tests.newsletter.transport.sample_messages import many


def test_nothing_begins_once_the_process_is_to_stop(server: ScriptedSmtp, send: Send) -> None:
    dispatch = send(server, many(9), is_stopping=lambda: len(server.accepted) >= 3)

    accepted = outcomes(dispatch)
    assert accepted == [Outcome.ACCEPTED] * len(accepted)
    assert len(accepted) == len(server.accepted) < 9


def test_nothing_begins_after_the_dispatch_closes(server: ScriptedSmtp, send: Send) -> None:
    dispatch = send(server, many(9), closes_at=elapsed() - 1)

    assert dispatch.results == {}
    assert server.connections == 0


def test_nothing_begins_that_was_allowed_and_came_too_late(
    server: ScriptedSmtp, send: Send
) -> None:
    """The process is told to stop while the server thinks about the recipient."""
    dispatch = send(
        server,
        many(9),
        is_stopping=lambda: any(line.startswith("RCPT") for line in server.commands),
    )

    assert dispatch.results == {}
    assert server.accepted == []


def test_all_go_on_where_each_has_to_wait_for_a_slot(server: ScriptedSmtp, send: Send) -> None:
    dispatch = send(server, many(20), options="connections=4", pause=0.02)

    assert outcomes(dispatch) == [Outcome.ACCEPTED] * 20


def test_a_journal_that_takes_no_more_lets_nothing_leave(
    server: ScriptedSmtp, use_mailer: UseMailer, tmp_path: Path
) -> None:
    use_mailer(f"smtp+plain://127.0.0.1:{server.port}?timeout=2&connections=1")
    journal = Journal(tmp_path, "claim", {"mailer": "smtp"})
    journal.close()
    dispatch = Dispatch(journal, mailer="smtp", closes_at=elapsed() + 60, is_stopping=lambda: False)

    senders.sender_for("bulk").send(many(5), dispatch)

    assert dispatch.results == {}
    assert server.accepted == []


class Interrupted(Exception):
    """Stands for a soft time limit."""


def test_an_interrupted_batch_leaves_no_answer_for_the_next(
    server: ScriptedSmtp, send: Send
) -> None:
    server.to_content_for["4@example.nz"] = [HANG]

    def interrupt() -> bool:
        if len(server.accepted) >= 4:
            raise Interrupted
        return False

    with pytest.raises(Interrupted):
        send(server, many(9), is_stopping=interrupt)
    server.accepted.clear()

    assert outcomes(send(server, many(3))) == [Outcome.ACCEPTED] * 3
    assert sorted(server.recipients) == ["0@example.nz", "1@example.nz", "2@example.nz"]
