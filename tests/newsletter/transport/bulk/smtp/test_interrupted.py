"""A batch that is interrupted, or that ends while a connection is still being made.

It leaves nothing behind that the next batch would send, or be stopped by.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.core.standstill import elapsed
from newsletter.transport.bulk import senders
from newsletter.transport.bulk.dispatch import Dispatch
from newsletter.transport.bulk.journal import Journal
from newsletter.transport.bulk.smtp.sender import SmtpSender
from newsletter.transport.connections.connection import IDLE_LIMIT
from newsletter.transport.connections.smtp.backend import connect
from newsletter.transport.results.result import Outcome
from tests.fakes.scripted_smtp import ScriptedSmtp
from tests.fakes.smtp_sink import HANG
from tests.newsletter.transport.bulk.smtp.conftest import Send, outcomes
from tests.newsletter.transport.conftest import UseMailer
from tests.newsletter.transport.sample_messages import many, recipient


class _Interrupted(Exception):
    """Stands for a soft time limit."""


def _sender() -> SmtpSender:
    sender = senders.sender_for("bulk")
    assert isinstance(sender, SmtpSender)
    return sender


def test_what_an_interrupted_batch_has_announced_leaves_with_no_other(
    server: ScriptedSmtp, send: Send, use_mailer: UseMailer, tmp_path: Path
) -> None:
    """The interruption strikes in the middle of closing one of two connections."""
    use_mailer(f"smtp+plain://127.0.0.1:{server.port}?connections=2&timeout=0.5")

    def interrupt() -> bool:
        pipelines = _sender()._pipelines
        if len(pipelines) == 2 and pipelines[1].is_ready:
            pipelines[0].connection.close()
            raise _Interrupted
        return False

    with Journal(tmp_path, "interrupted", {"mailer": "smtp"}) as journal:
        dispatch = Dispatch(journal, mailer="smtp", closes_at=elapsed() + 60, is_stopping=interrupt)
        with pytest.raises(_Interrupted):
            _sender().send(many(200), dispatch)
        begun = dispatch.close()

    again = send(
        server,
        [recipient(to="zoe@example.nz", ref="r3fzoe")],
        options="connections=2&timeout=0.5",
    )
    assert outcomes(again) == [Outcome.ACCEPTED]
    assert len(begun) < 200
    assert set(server.recipients) <= {f"{key}@example.nz" for key in begun} | {"zoe@example.nz"}
    assert len(server.recipients) == len(set(server.recipients))


def test_an_attempt_to_connect_that_failed_after_its_batch_stops_no_other(
    pipelining: ScriptedSmtp, send: Send
) -> None:
    pipelining.answers["GREETING"] = ["220 welcome", HANG]
    pipelining.messages_per_connection = 6
    options = "connections=2&timeout=0.5"
    assert outcomes(send(pipelining, many(6), options=options)) == [Outcome.ACCEPTED] * 6
    while _sender()._opened.empty():
        time.sleep(0.01)

    assert outcomes(send(pipelining, many(1), options=options)) == [Outcome.ACCEPTED]


def test_a_connection_that_was_late_counts_as_idle_since_it_was_made(
    pipelining: ScriptedSmtp, send: Send
) -> None:
    assert outcomes(send(pipelining, many(1))) == [Outcome.ACCEPTED]
    sender = _sender()
    sender._opening += 1
    sender._opened.put((connect(sender._alias), elapsed() - IDLE_LIMIT - 1))

    assert outcomes(send(pipelining, many(1))) == [Outcome.ACCEPTED]

    assert len(sender._pipelines) == 1


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch, pipelining: ScriptedSmtp, send: Send) -> list[object]:
    """As many threads as this list has items can still be started."""
    send(pipelining, many(1))  # after this no thread is wanted but for connections
    senders.close_all()
    left: list[object] = []
    start: Callable[[threading.Thread], None] = threading.Thread.start

    def start_if_any(thread: threading.Thread) -> None:
        if not left:
            raise RuntimeError("can't start new thread")
        left.pop()
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_if_any)
    return left


def test_a_connection_whose_thread_could_not_start_is_made_by_the_next_batch(
    pipelining: ScriptedSmtp, send: Send, threads: list[object]
) -> None:
    for _ in range(2):
        with pytest.raises(RuntimeError):
            send(pipelining, many(1), closes_at=elapsed() + 2)

    threads.append(None)
    assert outcomes(send(pipelining, many(1))) == [Outcome.ACCEPTED]


def test_where_no_further_thread_can_start_the_connections_that_there_are_go_on(
    pipelining: ScriptedSmtp, send: Send, threads: list[object]
) -> None:
    threads.append(None)

    assert outcomes(send(pipelining, many(40), options="connections=4")) == [Outcome.ACCEPTED] * 40
    assert pipelining.connections == 2  # with the one of the fixture
